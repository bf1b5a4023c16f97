/// How long to wait before the next try: twice as long each time, from the beginning again after a success.
package struct BackOff {
    private let first: Int
    private let last: Int
    private var next: Int

    /// - Parameters: in milliseconds.
    package init(first: Int, last: Int) {
        self.first = first
        self.last = last
        next = first
    }

    /// Milliseconds to wait now.
    package mutating func milliseconds() -> Int {
        defer { next = min(2 * next, last) }
        return next
    }

    package mutating func reset() { next = first }
}
