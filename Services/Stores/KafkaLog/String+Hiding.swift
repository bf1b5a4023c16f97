extension String {
    /// The text with every place of some others in it made unreadable. O(length × number of secrets).
    func hiding(_ secrets: [String]) -> String {
        secrets.reduce(self) { $0.replacing($1) }
    }

    private func replacing(_ part: String) -> String {
        guard !part.isEmpty else { return self }
        var result = ""
        var rest = self[...]
        while let first = rest.first {
            if rest.hasPrefix(part) {
                result += "…"
                rest = rest.dropFirst(part.count)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}
