/// How long to wait before the next try: twice as long each time, from the beginning again after a success.
struct BackOff {
    private let first: Int
    private let last: Int
    private var next: Int

    /// - Parameters: in milliseconds.
    init(first: Int, last: Int) {
        self.first = first
        self.last = last
        next = first
    }

    /// Milliseconds to wait now.
    mutating func milliseconds() -> Int {
        defer { next = min(2 * next, last) }
        return next
    }

    mutating func reset() { next = first }
}
