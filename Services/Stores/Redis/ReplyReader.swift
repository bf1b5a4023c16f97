import CHiredis

/// Takes replies out of what a connection received, by hiredis' incremental parser.
///
/// hiredis' own connections are not used: they end the process when a peer speaks without having been asked, and look
/// names up on the loop's thread.
final class ReplyReader {
    /// The longest array that is taken for a reply to a command of ours.
    private static let elements: Int32 = 65_536

    private let reader: UnsafeMutablePointer<redisReader>
    private let limit: Int
    /// Bytes since the last complete reply.
    private var received = 0

    /// - Parameter limit: bytes that a reply may have.
    init(limit: Int) {
        guard let reader = redisReaderCreateWithFunctions(ReplyReader.functions.pointer) else {
            preconditionFailure("out of memory")
        }
        self.reader = reader
        self.limit = limit
    }

    deinit {
        redisReaderFree(reader)
    }

    /// Hands every complete reply to `body`, until it returns false.
    /// - Returns: false when the bytes are not replies, or a reply is too long; nothing can be read any more.
    func read(_ bytes: UnsafeRawBufferPointer, _ body: (RedisReply) -> Bool) -> Bool {
        guard redisReaderFeed(reader, bytes.baseAddress, bytes.count) == REDIS_OK else { return false }
        received += bytes.count
        while true {
            var object: UnsafeMutableRawPointer?
            guard redisReaderGetReply(reader, &object) == REDIS_OK else { return false }
            guard let object else { return received <= limit }
            defer { freeReplyObject(object) }
            received = reader.pointee.len - reader.pointee.pos
            guard body(RedisReply(pointer: object.assumingMemoryBound(to: redisReply.self))) else { return true }
        }
    }

    /// hiredis' way to make replies, but for arrays whose announced length alone would take all memory.
    private static let functions = Functions()

    // @unchecked: written once, before anybody reads it.
    private final class Functions: @unchecked Sendable {
        let pointer = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        let makeArray: @convention(c) (UnsafePointer<redisReadTask>?, Int32) -> UnsafeMutableRawPointer?

        init() {
            guard let plain = redisReaderCreate(), let makeArray = plain.pointee.fn.pointee.createArray else {
                preconditionFailure("out of memory")
            }
            pointer.initialize(to: plain.pointee.fn.pointee)
            redisReaderFree(plain)
            self.makeArray = makeArray
            pointer.pointee.createArray = { task, count in
                count <= ReplyReader.elements ? ReplyReader.functions.makeArray(task, count) : nil
            }
        }
    }
}
