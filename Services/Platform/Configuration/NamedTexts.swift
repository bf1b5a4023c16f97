/// An object whose keys are the user's to choose, with texts.
struct NamedTexts: Decodable {
    let byName: [String: String]

    init(byName: [String: String]) {
        self.byName = byName
    }

    init(from decoder: any Decoder) throws {
        byName = try SectionDecoder(decoder).table(of: String.self)
    }
}
