import Configuration
import Testing

struct RedisURLTests {
    @Test func bothFormsAreRead() throws {
        let plain = try #require(RedisURL("cache:7000"))
        #expect(plain.host == "cache" && plain.port == 7000 && plain.database == 0)
        #expect(plain.user == nil && plain.password == nil)
        let full = try #require(RedisURL("redis://me:p%40ss%3A%2F@[::1]:7001/3"))
        #expect(full.host == "::1" && full.port == 7001 && full.database == 3)
        #expect(full.user == "me" && full.password == "p@ss:/")
        #expect(full.description == "[::1]:7001")
        let short = try #require(RedisURL("redis://:secret@cache"))
        #expect(short.host == "cache" && short.port == 6379 && short.user == nil && short.password == "secret")
        #expect(RedisURL("redis://[::1]")?.port == 6379)
        #expect(RedisURL("redis://cache/")?.database == 0)
    }

    @Test(arguments: [
        "", "cache", "redis://", "redis://:6379", "redis://h:0x/1", "redis://h/x", "redis://h/-1", "redis://h/99999",
        "redis://me@h", "redis://:@h", "redis://:%zz@h", "rediss://h:1", "redis://h:70000", "redis://a b:1",
    ])
    func otherTextsAreRefused(text: String) {
        #expect(RedisURL(text) == nil)
    }

    @Test func aPasswordIsPrintedNowhere() throws {
        let environment = ["CASCADE_REDIS": "redis://:hunter2@cache:7000/1"]
        let printed = try CascadeConfiguration.load(file: nil, environment: environment).json()
        #expect(!printed.contains("hunter2") && printed.contains("cache:7000"))
        let error = try #require(throws: ConfigurationError.self) {
            try CascadeConfiguration.load(file: nil, environment: ["CASCADE_REDIS": "redis://:hunter2@cache:x"])
        }
        #expect(!error.description.contains("hunter2"))
    }
}
