/// Whether this code is optimised: figures of a debug build say nothing.
enum BuildKind {
    #if DEBUG
    static let name = "debug"
    #else
    static let name = "release"
    #endif
}
