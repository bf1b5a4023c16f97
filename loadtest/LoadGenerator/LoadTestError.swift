/// Why a load test cannot be run, and what to do.
package struct LoadTestError: Error, Equatable, CustomStringConvertible {
    package let message: String

    package init(_ message: String) {
        self.message = message
    }

    package var description: String { message }
}
