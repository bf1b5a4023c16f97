import Contracts
import Domain
import Foundation
import Testing

@Suite struct RFC3339Tests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-24T09:30:00.250+01:00", 1_795_509_000_250),
            ("2000-02-29T23:59:59z", 951_868_799_000), ("1969-12-31t23:59:59.999Z", -1),
            ("2026-11-24T09:30:00.2509999-00:30", 1_795_514_400_250), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000),
        ] as [(String, Int64)])
    func momentsAreRead(text: String, milliseconds: Int64) {
        #expect(RFC3339.milliseconds(text) == milliseconds)
    }

    @Test(arguments: [
        "", "2026", "2026-11-24", "2026-11-24 09:30:00Z", "2026-11-24T09:30:00", "2026-11-24T09:30Z",
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00Zx", "0000-01-01T00:00:00Z",
        "+026-01-01T00:00:00Z", "２026-01-01T00:00:00Z",
    ])
    func otherTextsAreNot(text: String) {
        #expect(RFC3339.milliseconds(text) == nil)
    }

    @Test func exportsAreReadLeniently() {
        let moment: Int64 = 1_795_512_600_000
        for text in ["2026-11-24 09:30:00", "2026-11-24T09:30", "2026-11-24 10:30:00+01", "2026-11-24 10:30:00+0100"] {
            #expect(RFC3339.milliseconds(text, lenient: true) == moment, "\(text)")
        }
        #expect(RFC3339.milliseconds("2026-11-24", lenient: true) == moment - 34_200_000)
        #expect(RFC3339.milliseconds("24.11.2026", lenient: true) == nil)
    }

    /// Against Foundation's calendar, over all years.
    @Test func writesWhatFoundationReads() {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        var random = SplitMix64(seed: 11)
        for _ in 0..<500 {
            let moment = Int64.random(in: -12_219_292_800_000..<253_402_300_800_000, using: &random)
            let text = RFC3339.text(moment)
            #expect(RFC3339.milliseconds(text) == moment, "\(text)")
            let whole = moment % 1000 == 0 ? text.replacingOccurrences(of: "Z", with: ".000Z") : text
            let date = formatter.date(from: whole)
            #expect(date.map { Int64(($0.timeIntervalSince1970 * 1000).rounded()) } == moment, "\(text)")
        }
    }
}
