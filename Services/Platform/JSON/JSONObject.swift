/// The members of an object in the order of the text; a name that is there twice comes twice.
///
///     for member in object { switch member.name { … } }
package struct JSONObject: Sequence {
    package struct Member {
        package let name: JSONValue
        package let value: JSONValue

        /// Whether the name is this one, which must be ASCII. O(1) for names of different length.
        @inline(__always)
        package func isNamed(_ text: StaticString) -> Bool {
            guard let utf8 = name.utf8, utf8.count == text.utf8CodeUnitCount else { return false }
            let expected = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
            return utf8.elementsEqual(expected)
        }
    }

    package struct Iterator: IteratorProtocol {
        private var position: JSONValue

        init(_ object: JSONValue) {
            position = JSONValue(tape: object.tape, strings: object.strings, index: object.index + 1)
        }

        package mutating func next() -> Member? {
            guard position.tag == UInt8(ascii: "\"") else { return nil }
            let value = JSONValue(tape: position.tape, strings: position.strings, index: position.index + 1)
            let member = Member(name: position, value: value)
            position = JSONValue(tape: position.tape, strings: position.strings, index: value.next)
            return member
        }
    }

    let value: JSONValue

    package func makeIterator() -> Iterator { Iterator(value) }

    /// The first member with this name. O(members).
    package subscript(_ name: StaticString) -> JSONValue? {
        for member in self where member.isNamed(name) { return member.value }
        return nil
    }

    /// The first member with this name. O(members).
    package subscript(_ name: String) -> JSONValue? {
        var name = name
        return name.withUTF8 { expected in
            for member in self where member.name.utf8?.elementsEqual(UnsafeRawBufferPointer(expected)) == true {
                return member.value
            }
            return nil
        }
    }
}
