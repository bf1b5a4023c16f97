import EventLog
import Testing

struct Murmur2Tests {
    /// The vectors of Kafka's own `UtilsTest.testMurmur2`.
    @Test(arguments: [
        ("21", Int32(-973_932_308)), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
    ])
    func hashesAsKafka(text: String, hash: Int32) {
        #expect(Murmur2.hash(text) == hash)
    }

    @Test func partitionsAsKafka() {
        #expect(Murmur2.partition(of: "foobar", count: 16) == Int(-790_332_482 & 0x7fff_ffff as Int32) % 16)
        var seen = Set<Int>()
        for number in 0..<1000 {
            let partition = Murmur2.partition(of: "u\(number)", count: 7)
            #expect((0..<7).contains(partition))
            seen.insert(partition)
        }
        #expect(seen.count == 7)
        #expect(Murmur2.partition(of: "anyone", count: 1) == 0)
    }
}
