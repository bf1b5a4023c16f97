/// The system would not start another thread.
package struct ThreadError: Error, Equatable, CustomStringConvertible {
    /// The system's error number.
    package let code: Int32

    package var description: String {
        "No thread could be started (error \(code)): raise the limit of threads."
    }
}
