/// A command as it goes over the wire: an array of binary strings.
package struct RedisCommand: Sendable {
    private(set) var bytes: [UInt8] = []

    /// A command with so many arguments after its name, which have to be appended.
    package init(_ name: StaticString, arguments: Int, bytes capacity: Int = 64) {
        bytes.reserveCapacity(capacity)
        bytes.append(UInt8(ascii: "*"))
        appendLine(arguments + 1)
        name.withUTF8Buffer { append(UnsafeRawBufferPointer($0)) }
    }

    package mutating func append(_ argument: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "$"))
        appendLine(argument.count)
        bytes.append(contentsOf: argument)
        endLine()
    }

    package mutating func append(_ argument: [UInt8]) {
        argument.withUnsafeBytes { append($0) }
    }

    package mutating func append(_ argument: String) {
        var argument = argument
        argument.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    package mutating func append(decimal argument: Int) {
        append(String(argument))
    }

    private mutating func appendLine(_ count: Int) {
        if count < 10 {
            bytes.append(UInt8(ascii: "0") + UInt8(count))
        } else {
            bytes.append(contentsOf: String(count).utf8)
        }
        endLine()
    }

    private mutating func endLine() {
        bytes.append(0x0D)
        bytes.append(0x0A)
    }
}

extension RedisCommand {
    /// The values of several keys, at least one: an array, with nothing where there is no value or one of another type.
    package static func get(_ keys: [[UInt8]]) -> RedisCommand {
        var command = RedisCommand(
            "MGET", arguments: keys.count, bytes: keys.reduce(24) { $0 + $1.count + 12 })
        for key in keys { command.append(key) }
        return command
    }

    /// Keeps a value for so many milliseconds, at least one.
    package static func set(_ key: [UInt8], _ value: [UInt8], milliseconds: Int) -> RedisCommand {
        var command = RedisCommand("SET", arguments: 4, bytes: key.count + value.count + 80)
        command.append(key)
        command.append(value)
        command.append("PX")
        command.append(decimal: max(1, milliseconds))
        return command
    }

    /// Removes keys, at least one.
    package static func delete(_ keys: [[UInt8]]) -> RedisCommand {
        var command = RedisCommand("DEL", arguments: keys.count, bytes: keys.reduce(24) { $0 + $1.count + 12 })
        for key in keys { command.append(key) }
        return command
    }
}
