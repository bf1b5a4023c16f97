import Testing

/// The built product as a process, from outside. One test at a time: each starts processes that use all cores.
@Suite(.enabled(if: Product.isBuilt, Comment(rawValue: Product.skipReason)), .serialized)
struct EndToEndTests {}
