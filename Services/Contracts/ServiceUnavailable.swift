/// A role cannot answer now: no model is live yet, or the one that a batch began with is gone.
package struct ServiceUnavailable: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    package static let noModel = ServiceUnavailable("no model is live: train one with 'cascade train'")
}
