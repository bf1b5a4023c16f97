/// The Redis in front of the roles (section `redis`).
package struct RedisSettings: Sendable, Equatable, Codable {
    /// See ``RedisURL``; nil: the cache is in the process alone.
    package var address: String?

    /// How long an answer is kept, in seconds.
    package var listSeconds = 30

    /// How long a user's row is kept, in seconds.
    package var userSeconds = 600

    /// How long the popular lists are kept, in seconds.
    package var popularSeconds = 86_400

    /// Time that a request waits for the cache at most, in milliseconds.
    package var timeoutMs = 8

    package init() {}

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        address = try section.value("address", default: address)
        listSeconds = try section.value("listSeconds", default: listSeconds)
        userSeconds = try section.value("userSeconds", default: userSeconds)
        popularSeconds = try section.value("popularSeconds", default: popularSeconds)
        timeoutMs = try section.value("timeoutMs", default: timeoutMs)
        try section.refuseUnknownKeys()
    }

    func check(_ check: inout ConfigurationCheck) {
        if let address {
            check.require(
                RedisURL(address) != nil,
                "redis.address (CASCADE_REDIS) has neither form: HOST:PORT, redis://[USER][:PASSWORD@]HOST[:PORT][/DATABASE]."
            )
        }
        check.require("redis.listSeconds", listSeconds, in: 1...604_800)
        check.require("redis.userSeconds", userSeconds, in: 1...604_800)
        check.require("redis.popularSeconds", popularSeconds, in: 1...604_800)
        check.require("redis.timeoutMs", timeoutMs, in: 1...10_000)
    }
}
