/// A member: a name that needs no escapes, and its value.
extension JSONWriter {
    package mutating func field(_ name: StaticString, _ value: String) {
        self.name(name)
        string(value)
    }

    package mutating func field(_ name: StaticString, _ value: Int) {
        self.name(name)
        integer(value)
    }

    package mutating func field(_ name: StaticString, _ value: Int64) {
        self.name(name)
        integer(value)
    }

    package mutating func field(_ name: StaticString, _ value: Double) {
        self.name(name)
        double(value)
    }

    package mutating func field(_ name: StaticString, _ value: Float) {
        self.name(name)
        float(value)
    }

    package mutating func field(_ name: StaticString, _ value: Bool) {
        self.name(name)
        bool(value)
    }
}
