/// A place in each of some lanes: what a consumer of several stores, and where it goes on.
package struct LogPositions: Sendable, Equatable {
    private var positions: [Int: LogPosition] = [:]

    package init() {}

    /// A place in the only lane of a log that has one.
    package init(_ position: LogPosition) {
        positions[0] = position
    }

    /// The same place in each of some lanes.
    package init(lanes: some Sequence<Int>, _ position: LogPosition = .start) {
        for lane in lanes { positions[lane] = position }
    }

    /// The lanes that have a place here, ascending.
    package var lanes: [Int] { positions.keys.sorted() }

    /// The place in a lane, ``LogPosition/start`` when none was set.
    package subscript(lane: Int) -> LogPosition {
        get { positions[lane] ?? .start }
        set { positions[lane] = newValue }
    }
}
