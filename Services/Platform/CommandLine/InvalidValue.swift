/// The reason why a text is no value: what is expected.
package struct InvalidValue: Error, Sendable {
    package let expectation: String

    package init(_ expectation: String) {
        self.expectation = expectation
    }
}
