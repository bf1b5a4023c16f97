package import Contracts

/// Codes of category names, in the order in which the names were first met.
package struct CategoryCodes: Sendable {
    package private(set) var codes: [String: CategoryCode] = [:]
    /// Names by code.
    package private(set) var names: [String] = []

    /// More names than this get no code: they cannot be asked for, and count as dropped.
    package static let limit = Int(CategoryCode.max) + 1

    /// The code of a name, a new one for a new name; nil when all are taken.
    package mutating func code(of name: String) -> CategoryCode? {
        if let code = codes[name] { return code }
        guard names.count < Self.limit else { return nil }
        let code = CategoryCode(names.count)
        codes[name] = code
        names.append(name)
        return code
    }
}
