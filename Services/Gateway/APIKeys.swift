import Checksum
import HTTP

/// Who may call: holders of a key, or everybody where no key is set (the process then listens on loopback only).
struct APIKeys {
    private let hashes: Set<String>

    init(hashes: Set<String>) {
        self.hashes = hashes
    }

    /// Keys are compared by their SHA-256, so that neither memory nor time tells anything of them.
    func check(_ request: HTTPRequest) throws(RequestError) {
        guard !hashes.isEmpty else { return }
        let prefix = "Bearer "
        guard let header = request.header("authorization"), header.hasPrefix(prefix),
            hashes.contains(SHA256.hex(of: Array(header.dropFirst(prefix.count).utf8)))
        else {
            throw RequestError(
                status: 401, kind: "unauthorized",
                detail: "An API key is needed: send the header 'Authorization: Bearer KEY'.")
        }
    }
}
