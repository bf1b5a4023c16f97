/// The deadline of a request has passed; what was asked for was not done.
package struct DeadlineExceeded: Error, Equatable, CustomStringConvertible {
    package init() {}

    package var description: String { "the request's deadline has passed" }
}
