/// How the request and the answer of one call look on the wire. All of it is O(bytes).
package protocol CallMessages: SendableMetatype {
    associatedtype Request: Sendable
    associatedtype Answer: Sendable

    static func encode(request: Request) -> [UInt8]
    static func decodeRequest(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> Request
    static func encode(answer: Answer) -> [UInt8]
    static func decodeAnswer(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> Answer
}
