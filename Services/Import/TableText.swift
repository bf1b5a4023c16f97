import Contracts

/// Readings of a cell.
enum TableText {
    /// Without blanks around it.
    static func trimmed(_ text: String) -> String {
        guard let first = text.utf8.first, let last = text.utf8.last, first <= 0x20 || last <= 0x20 else { return text }
        var cut = Substring(text)
        while let first = cut.utf8.first, first == 0x20 || first == 9 { cut = cut.dropFirst() }
        while let last = cut.utf8.last, last == 0x20 || last == 9 { cut = cut.dropLast() }
        return String(cut)
    }

    /// Milliseconds since the epoch of a number of seconds, milliseconds, microseconds or nanoseconds, told apart by their
    /// size (a number below 10^11 is seconds, up to the year 5138), or of a date as ``RFC3339`` reads it leniently.
    static func moment(_ text: String) -> Int64? {
        if let integer = Int64(text) { return scaled(integer) }
        if let moment = RFC3339.milliseconds(text, lenient: true) { return moment }
        guard let number = Double(text), number.magnitude < 1e15 else { return nil }
        return number.magnitude < 1e11 ? Int64((number * 1000).rounded()) : scaled(Int64(number))
    }

    private static func scaled(_ integer: Int64) -> Int64 {
        switch integer.magnitude {
        case ..<100_000_000_000: integer * 1000
        case ..<100_000_000_000_000: integer
        case ..<100_000_000_000_000_000: integer / 1000
        default: integer / 1_000_000
        }
    }

    /// Parts of a list, trimmed, empty ones left out, each once.
    static func list(_ text: String, separator: String) -> [String] {
        var parts: [String] = []
        for piece in text.split(separator: separator) {
            let part = trimmed(String(piece))
            if !part.isEmpty, !parts.contains(part) { parts.append(part) }
        }
        return parts
    }
}
