/// The calls of a client that wait for their answer, found by id in O(1).
struct CallTable {
    private static let indexBits: UInt64 = 20
    /// No more calls than this at once.
    static let capacity = 1 << 20

    private var places: [PendingCall] = []
    private var free: [PendingCall] = []

    var count: Int { places.count - free.count }

    mutating func take() -> PendingCall {
        let call: PendingCall
        if let spare = free.popLast() {
            call = spare
        } else {
            call = PendingCall(index: places.count)
            places.append(call)
        }
        call.id &+= 1 << Self.indexBits
        call.hasMoved = false
        return call
    }

    mutating func free(_ call: PendingCall) {
        call.body = []
        call.link = nil
        free.append(call)
    }

    /// The call with this id, if it still waits.
    func find(_ id: UInt64) -> PendingCall? {
        let index = Int(id & ((1 << Self.indexBits) - 1))
        guard index < places.count, places[index].id == id, places[index].continuation != nil else { return nil }
        return places[index]
    }

    subscript(index: Int) -> PendingCall { places[index] }

    /// All calls that wait. O(places).
    var all: [PendingCall] { places.filter { $0.continuation != nil } }

    /// All that wait for an answer on `link`. O(places).
    func all(on link: ClientLink) -> [PendingCall] {
        places.filter { $0.continuation != nil && $0.link === link }
    }
}
