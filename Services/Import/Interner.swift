/// Dense numbers for texts, in the order of their first appearance.
struct Interner {
    private var numbers: [String: UInt32] = [:]
    private(set) var texts: [String] = []

    /// The number of a text, a new one at its first appearance. O(length).
    mutating func number(of text: String) -> UInt32 {
        if let number = numbers[text] { return number }
        let number = UInt32(texts.count)
        numbers[text] = number
        texts.append(text)
        return number
    }

    subscript(number: UInt32) -> String { texts[Int(number)] }
}
