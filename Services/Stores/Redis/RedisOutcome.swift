/// What became of a command.
package enum RedisOutcome {
    /// The server's reply, errors included; valid until the completion that gets it returns.
    case reply(RedisReply)
    case missed(RedisMiss)
}

/// Why there is no reply.
package enum RedisMiss: String, Sendable, CaseIterable {
    /// There is no connection, or the one there is has stopped answering: known at once.
    case unavailable
    /// The reply did not come in time.
    case timeout = "timed_out"
    /// The connection broke while the command was under way.
    case disconnected
    /// Too many commands are under way: known at once.
    case full
}
