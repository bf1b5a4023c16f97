import CHiredis

/// What a Redis replied to one command: a view of memory that is gone when the completion that got it returns.
package struct RedisReply {
    let pointer: UnsafePointer<redisReply>

    /// The bytes of a value or of a status line; nil for everything else, a value that is not there included.
    package var bytes: UnsafeRawBufferPointer? {
        guard pointer.pointee.type == REDIS_REPLY_STRING || pointer.pointee.type == REDIS_REPLY_STATUS else {
            return nil
        }
        return UnsafeRawBufferPointer(start: pointer.pointee.str, count: pointer.pointee.len)
    }

    /// A whole number, where the reply is one.
    package var integer: Int? { pointer.pointee.type == REDIS_REPLY_INTEGER ? Int(pointer.pointee.integer) : nil }

    /// Elements of an array; 0 for everything else.
    package var count: Int { pointer.pointee.type == REDIS_REPLY_ARRAY ? pointer.pointee.elements : 0 }

    package subscript(index: Int) -> RedisReply {
        precondition(index < count, "a reply has no such element")
        guard let element = pointer.pointee.element[index] else { preconditionFailure("an element is missing") }
        return RedisReply(pointer: element)
    }

    /// The first word of an error (`WRONGTYPE`, `OOM`), nil when the reply is none. What follows it may tell of a user's
    /// data and is not offered.
    package var errorCode: String? {
        guard pointer.pointee.type == REDIS_REPLY_ERROR else { return nil }
        let text = UnsafeRawBufferPointer(start: pointer.pointee.str, count: pointer.pointee.len)
        let word = text.prefix(24).prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        return word.isEmpty ? "unnamed" : String(decoding: word, as: UTF8.self)
    }

    var isPong: Bool { bytes?.elementsEqual("PONG".utf8) ?? false }
}
