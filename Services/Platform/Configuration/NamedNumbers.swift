/// An object whose keys are the user's to choose.
struct NamedNumbers: Decodable {
    let byName: [String: Float]

    init(byName: [String: Float]) {
        self.byName = byName
    }

    init(from decoder: any Decoder) throws {
        byName = try SectionDecoder(decoder).table(of: Float.self)
    }
}
