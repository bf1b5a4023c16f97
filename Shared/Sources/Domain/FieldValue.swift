/// The value of a free field or an attribute: what JSON can hold, without nesting beyond a list of texts.
public enum FieldValue: Sendable, Equatable {
    case text(String)
    case number(Double)
    case flag(Bool)
    case texts([String])

    /// The texts under which a model knows the value: a list gives one each, a number its rounded logarithm's bucket.
    public var tokens: [String] {
        switch self {
        case .text(let text): [text]
        case .texts(let texts): texts
        case .flag(let flag): [flag ? "true" : "false"]
        case .number(let number): ["\(NumberBucket.index(of: number))"]
        }
    }
}
