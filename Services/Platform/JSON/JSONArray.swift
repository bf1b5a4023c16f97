/// The elements of an array.
package struct JSONArray: Sequence {
    package struct Iterator: IteratorProtocol {
        private var position: JSONValue

        init(_ array: JSONValue) {
            position = JSONValue(tape: array.tape, strings: array.strings, index: array.index + 1)
        }

        package mutating func next() -> JSONValue? {
            guard position.tag != UInt8(ascii: "]") else { return nil }
            let element = position
            position = JSONValue(tape: element.tape, strings: element.strings, index: element.next)
            return element
        }
    }

    let value: JSONValue

    package func makeIterator() -> Iterator { Iterator(value) }
}
