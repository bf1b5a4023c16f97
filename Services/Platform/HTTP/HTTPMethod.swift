/// The methods that the server knows; a request with another one is answered 501.
package enum HTTPMethod: UInt8, Sendable, CaseIterable {
    case get, head, post, put, patch, delete, options

    package var name: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        }
    }

    init?(_ bytes: UnsafeRawBufferPointer) {
        for method in HTTPMethod.allCases where bytes.equals(method.name) {
            self = method
            return
        }
        return nil
    }
}
