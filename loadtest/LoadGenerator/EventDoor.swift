/// Where a probe's events go.
package protocol EventDoor: Sendable {
    /// Hands an event over; `completion` tells, from any thread, whether it was taken.
    func send(user: String, json: [UInt8], completion: @escaping @Sendable (Bool) -> Void)
}
