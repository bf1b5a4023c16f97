import EventLog
import KafkaLog
import Testing

/// Options for the client library, none of which needs a broker.
struct OptionTests {
    @Test func areReadFromText() throws {
        let options = try KafkaLogConfiguration.options(
            parsing: "security.protocol=SASL_SSL, sasl.username = me,sasl.password=a=b\\,c\\d,")
        #expect(
            options == ["security.protocol": "SASL_SSL", "sasl.username": " me", "sasl.password": "a=b,c\\d"])
        #expect(try KafkaLogConfiguration.options(parsing: "").isEmpty)
        for text in ["a", "a=1,=2", "secret value"] {
            let error = #expect(throws: LogError.self) { try KafkaLogConfiguration.options(parsing: text) }
            #expect(error?.code == .misconfigured && error?.message.contains("secret") == false)
        }
    }

    @Test(arguments: [
        ("no.such.option", "hidden-value", "No such configuration property: \"no.such.option\""),
        ("security.protocol", "hidden-value", "Invalid value"),
        ("fetch.wait.max.ms", "hidden-value", "Invalid value"),
        ("enable.idempotence", "false", "set by cascade itself"),
        ("error_cb", "1", "set by cascade itself"),
        ("ssl.ca.location", "/hidden-value/ca.pem", "ssl.ca.location"),
    ])
    func thatDoNotFitAreRefused(name: String, value: String, reason: String) async {
        let place = KafkaPlace("127.0.0.1:1")
        let error = await KafkaPlace.error {
            _ = try place.open {
                $0.options = name.hasPrefix("ssl") ? ["security.protocol": "ssl", name: value] : [name: value]
            }
        }
        #expect(error?.code == .misconfigured)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "nothing")")
        #expect(error?.message.contains("hidden-value") == false)
        #expect(!place.lines.text.contains("hidden-value"))
    }
}
