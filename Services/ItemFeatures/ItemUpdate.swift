import Domain
import EventLog

/// A change of the catalogue as the log tells it.
struct ItemUpdate: Sendable {
    let position: LogPosition
    let id: String
    /// The item as it is from now on; nil when it is deleted.
    let item: Item?
}
