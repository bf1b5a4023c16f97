import JSON

/// Reads what an answer of `GET /recommend` shows.
struct AnswerItems {
    private let parser = JSONParser()

    /// The ids of the items, best first; nil when the text is no answer.
    func read(_ body: UnsafeRawBufferPointer) -> [String]? {
        try? parser.withDocument(body) { root -> [String]? in
            guard let items = root.object?["items"]?.array else { return nil }
            return items.compactMap { $0.object?["id"]?.string }
        }
    }
}
