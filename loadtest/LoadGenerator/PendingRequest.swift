/// A request of the schedule.
struct PendingRequest {
    /// Its place in the schedule.
    let number: Int

    /// When it was due, nanoseconds of the monotonic clock.
    let due: UInt64

    /// How often it was sent again.
    var repeats = 0
}
