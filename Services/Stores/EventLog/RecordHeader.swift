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

extension [RecordHeader] {
    /// Bytes of names and values, with 8 a header for their lengths. O(headers).
    package var storedSize: Int { reduce(0) { $0 + 8 + $1.name.utf8.count + $1.value.count } }
}
