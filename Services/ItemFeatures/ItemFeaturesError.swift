/// Why this process cannot go on as the owner of the catalogue, with the remedy.
package struct ItemFeaturesError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// Another process has become the owner.
        case takenOver
    }

    package let code: Code
    package let message: String

    static func takenOver(_ topic: String, by owner: String) -> ItemFeaturesError {
        ItemFeaturesError(
            code: .takenOver,
            message:
                "another process (\(owner)) has taken the catalogue of \(topic) over: this one ends. If that was not "
                + "meant, run one item-features on these topics, and give another system its own CASCADE_KAFKA_PREFIX.")
    }

    package var description: String { message }
}
