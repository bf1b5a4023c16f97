import CHTTPParser

/// The callbacks of a kind of parser, made once.
// @unchecked: written in the initialiser, read-only afterwards.
final class ParserSettings: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<http_parser_settings>

    init(_ fill: (inout http_parser_settings) -> Void) {
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: http_parser_settings())
        http_parser_settings_init(pointer)
        fill(&pointer.pointee)
    }

    deinit {
        pointer.deallocate()
    }
}
