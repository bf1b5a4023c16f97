import Checksum
package import HTTP

/// Who may call: holders of a key, or everybody where no key is set (the process then listens on loopback only).
package struct APIKeys {
    private let hashes: Set<String>

    package init(hashes: Set<String>) {
        self.hashes = hashes
    }

    /// Whether a request holds a key, or needs none. Keys are compared by their SHA-256, so that neither memory nor time
    /// tells anything of them.
    package func admits(_ request: HTTPRequest) -> Bool {
        guard !hashes.isEmpty else { return true }
        let prefix = "Bearer "
        guard let header = request.header("authorization"), header.hasPrefix(prefix) else { return false }
        return hashes.contains(SHA256.hex(of: Array(header.dropFirst(prefix.count).utf8)))
    }

    /// What to do where a key is asked for.
    package static let remedy = "An API key is needed: send the header 'Authorization: Bearer KEY'."

    func check(_ request: HTTPRequest) throws(RequestError) {
        guard admits(request) else { throw RequestError(status: 401, kind: "unauthorized", detail: Self.remedy) }
    }
}
