/// A partition of the users, out of how many.
struct UserPartition: Sendable, Equatable, CustomStringConvertible {
    let number: Int
    let count: Int

    var description: String { "partition \(number) of \(count)" }
}
