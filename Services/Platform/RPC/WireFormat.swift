/// What goes over a connection between two roles. All numbers are little-endian; nothing is padded.
///
/// ## Handshake
///
/// Both sides begin with a **hello** of 32 bytes; neither waits for the other's.
///
/// | bytes | field |
/// |---|---|
/// | 4 | magic, `CRPC` |
/// | 2 + 2 | lowest and highest version that the sender speaks |
/// | 4 | flags: bit 0, the sender has a key; all others are 0 |
/// | 4 | longest body that the sender takes, in bytes |
/// | 16 | nonce: random, new for each connection |
///
/// The connection speaks the highest version that both know. Either both sides have a key or neither.
/// The client then sends a **proof** of 32 bytes: HMAC-SHA256 under the key over `cascade rpc client`, the client's hello
/// and the server's hello, one after the other; without a key, zeros. The key itself never travels, and as both nonces
/// and the side are in it, a proof is of no use on another connection or in the other direction.
/// The server answers with a **verdict** of 36 bytes:
///
/// | bytes | field |
/// |---|---|
/// | 4 | 0 welcome; 1 no common version; 2 a key is needed; 3 the server has no key; 4 wrong key; 5 too many connections |
/// | 32 | the server's proof, like the client's over `cascade rpc server`; zeros without a key or with another verdict |
///
/// After any verdict but 0 the server closes the connection. A peer whose first bytes are not the magic gets no verdict.
///
/// ## Frames
///
/// After a welcome both directions carry frames: a header of 20 bytes, then the body.
///
/// | bytes | field |
/// |---|---|
/// | 4 | length of the body; at most what the receiver's hello said |
/// | 1 | kind |
/// | 1 | code of a failure (``RPCError/Code``), else 0 |
/// | 2 | method of a call, else 0 |
/// | 8 | id: chosen by the caller for a call, repeated in what answers it; 0 for frames about the connection |
/// | 4 | microseconds left until a call's deadline, 0xFFFFFFFF for a call without one, else 0 |
///
/// | kind | meaning | direction |
/// |---|---|---|
/// | 1 call | the body is the argument | to the server |
/// | 2 answer | the body is the result | to the client |
/// | 3 failure | the call was tried and failed; the body is a message in UTF-8 | to the client |
/// | 4 declined | the call was not begun and may be made elsewhere; otherwise like a failure | to the client |
/// | 5 ping, 6 pong | is somebody there? yes | both |
/// | 7 goodbye | the server takes no new calls; those it has will be answered | to the client |
///
/// Answers come in any order. An unknown kind or code, a field that should be 0 and is not, a body where there is none, or
/// one above the limit ends the connection: whatever follows cannot be trusted.
enum WireFormat {
    static let magic: UInt32 = 0x4350_5243
    static let lowestVersion: UInt16 = 1
    static let highestVersion: UInt16 = 1
    static let helloBytes = 32
    static let proofBytes = 32
    static let verdictBytes = 36
    static let nonceBytes = 16
    static let headerBytes = 20
    static let noDeadline = UInt32.max
}
