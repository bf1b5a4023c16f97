import EventLoop

/// Why there is no connection, or no longer one.
enum RedisProblem: Error {
    case unknownHost(String)
    case unreachable(String)
    /// Connected, or not even that, but the greeting was not answered in time.
    case silent
    case lost(String)
    /// What came is not Redis' protocol, was not asked for, or is longer than a reply may be.
    case notRedis
    /// The greeting was refused, with the error's first word.
    case refused(String)
    /// Commands are not answered any more.
    case stalled

    /// For metrics.
    var name: String {
        switch self {
        case .unknownHost: "unknown_host"
        case .unreachable: "unreachable"
        case .silent: "silent"
        case .lost: "lost"
        case .notRedis: "not_redis"
        case .refused: "refused"
        case .stalled: "stalled"
        }
    }

    static let names = ["unknown_host", "unreachable", "silent", "lost", "not_redis", "refused", "stalled"]

    /// For logs: what is wrong, and what to do.
    var advice: String {
        switch self {
        case .unknownHost(let reason): "the host cannot be looked up (\(reason)); check CASCADE_REDIS"
        case .unreachable(let reason): "no connection (\(reason)); is the server running, is the address right?"
        case .silent: "no answer to the greeting; is the server stopped or overloaded?"
        case .lost(let reason): "the connection ended (\(reason))"
        case .notRedis: "what answers there is not a Redis, or sent more than a reply may have; check CASCADE_REDIS"
        case .refused("NOAUTH"), .refused("WRONGPASS"), .refused("ERR"):
            "the server does not accept user, password or database (redis://[user][:password@]host:port[/database]), "
                + "or no further client"
        case .refused(let code): "the server refuses to serve (\(code))"
        case .stalled: "commands are not answered any more; is the server stopped or overloaded?"
        }
    }
}
