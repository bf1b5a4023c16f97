/// A topic that a log uses: its name and how long Kafka keeps its records. Every topic has as many partitions as the log.
package struct KafkaTopic: Sendable, Equatable {
    package enum Cleanup: Sendable, Equatable {
        /// The last record of each key is kept for good.
        case compacted
        /// Records are kept for a time, nil for good. Kafka counts from a record's own timestamp: with a limit, imported
        /// history is gone within minutes. It is set when the log makes the topic; a topic that is there keeps what it has.
        case retained(Duration? = nil)
    }

    package let name: String
    package let cleanup: Cleanup

    package init(_ name: String, _ cleanup: Cleanup) {
        self.name = name
        self.cleanup = cleanup
    }
}
