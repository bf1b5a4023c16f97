import Models
import Testing

struct ModelLimitsTests {
    private func row(_ name: String, auc: Double, bytes: Int = 1000, us: Double = 10) -> ReportCard.Row {
        ReportCard.Row(
            name: name, auc: auc, logLoss: 0.1, ndcgAt10: 0.5, calibrationError: 0.01, parameters: 10, bytes: bytes,
            residentBytes: 2 * bytes, microseconds: us)
    }

    @Test func theServedModelIsHeldAgainstTheFirst() {
        let card = ReportCard(
            rows: [row("teacher", auc: 0.75, bytes: 9000, us: 500), row("student", auc: 0.1), row("int8", auc: 0.748)],
            method: "")
        #expect(abs(card.aucLoss - 0.002) < 1e-12)
        #expect(ModelLimits().broken(by: card).isEmpty)
        #expect(ModelLimits(aucLoss: 0.0021, bytes: 1000, microseconds: 10).broken(by: card).isEmpty)
        let loss = ModelLimits(aucLoss: 0.001).broken(by: card)
        #expect(loss.count == 1 && loss[0].contains("teacher") && loss[0].contains("0.001"))
        #expect(ModelLimits(bytes: 999).broken(by: card).first?.contains("999") == true)
        #expect(ModelLimits(aucLoss: 0, bytes: 1, microseconds: 1).broken(by: card).count == 3)
    }

    @Test func aModelAloneLosesNothing() {
        let card = ReportCard(rows: [row("student", auc: 0.6)], method: "")
        #expect(card.aucLoss == 0)
        #expect(ModelLimits(aucLoss: 0).broken(by: card).isEmpty)
        // What is not a number keeps no limit.
        let broken = ReportCard(rows: [row("student", auc: .nan)], method: "")
        #expect(ModelLimits(aucLoss: 1).broken(by: broken).count == 1)
    }
}
