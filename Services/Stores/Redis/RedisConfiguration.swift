/// Limits of a client; times in nanoseconds.
package struct RedisConfiguration: Sendable, Equatable {
    /// How long a command waits for its reply at most; callers with less time left wait less.
    package var timeout: UInt64 = 8_000_000

    /// From the look-up of the name to the reply to the greeting.
    package var connectTimeout: UInt64 = 1_000_000_000

    /// The first wait before a lost or failed connection is made anew; each further one doubles.
    package var firstDelay: UInt64 = 50_000_000

    /// The longest of these waits.
    package var longestDelay: UInt64 = 1_000_000_000

    /// How long a connection that stopped answering is kept in the hope that it answers again, before it is made anew.
    package var stallLimit: UInt64 = 1_000_000_000

    /// Commands without reply, those included whose callers have given up; stores are dropped from three quarters on.
    package var commandsInFlight = 1024

    /// Bytes of these commands.
    package var bytesInFlight = 8 << 20

    /// The longest reply, in bytes; a longer one ends the connection.
    package var replyBytes = 16 << 20

    package init() {}
}
