import CMessages

/// Reads the fields of one kind of message; every fault names the message.
struct FieldReading {
    /// What the message is called in errors: "a user's row".
    let message: StaticString

    /// Throws unless `condition` holds; `cause` says what is wrong, without a value of a user or an item.
    func require(_ condition: Bool, _ cause: @autoclosure () -> String) throws(MessageError) {
        if !condition { throw .inconsistent("\(message)", cause()) }
    }

    func format(_ format: UInt32, known: UInt32) throws(MessageError) {
        if format != known { throw .newerFormat("\(message)", format) }
    }

    func moment(_ value: Int64) throws(MessageError) -> Int64 {
        try require(MessageLimits.moments.contains(value), "a time is beyond every calendar")
        return value
    }

    /// A copy of a list of finite numbers.
    func numbers(_ start: UnsafeMutablePointer<Float>?, count: Int) throws(MessageError) -> [Float] {
        let numbers = Array(start, count: count)
        // The greatest magnitude by its bits: those of what is not finite are above all others.
        var greatest: UInt32 = 0
        for number in numbers { greatest = max(greatest, number.magnitude.bitPattern) }
        try require(greatest < Float.infinity.bitPattern, "a score or vector has something that is not a finite number")
        return numbers
    }

    func text(_ data: ProtobufCBinaryData, limit: Int) throws(MessageError) -> String {
        let bytes = UnsafeBufferPointer(start: data.data, count: data.len)
        try require(bytes.count <= limit, "a text has \(bytes.count) bytes, \(limit) are allowed")
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .inconsistent("\(message)", "a text is not UTF-8")
        }
        return text
    }

    func texts(
        _ data: UnsafeMutablePointer<ProtobufCBinaryData>?, count: Int, limit: Int, bytes: Int
    ) throws(MessageError) -> [String] {
        try require(count <= limit, "a list has \(count) texts, \(limit) are allowed")
        var texts: [String] = []
        texts.reserveCapacity(count)
        for place in 0..<count { texts.append(try text(data![place], limit: bytes)) }
        return texts
    }
}

extension Array where Element: BitwiseCopyable {
    /// A copy of a message's array.
    init(_ start: UnsafeMutablePointer<Element>?, count: Int) {
        self = Array(UnsafeBufferPointer(start: start, count: count))
    }
}
