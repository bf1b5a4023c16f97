/// A name and a value beside a record's own: where it came from, why it is here.
package struct RecordHeader: Sendable, Equatable {
    package let name: String
    package let value: [UInt8]

    package init(_ name: String, _ value: [UInt8]) {
        self.name = name
        self.value = value
    }

    package init(_ name: String, _ value: String) {
        self.init(name, Array(value.utf8))
    }
}
