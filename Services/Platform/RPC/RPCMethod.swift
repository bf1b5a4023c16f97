/// What a call asks for; the numbers are part of the wire format and are never given to something else.
package struct RPCMethod: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }
}
