import Import
import Testing

@Suite struct ImportSummaryTests {
    @Test func readsAsSentences() {
        var summary = ImportSummary()
        summary.eventsRead = 2240
        summary.eventsImported = 2200
        summary.eventsDuplicate = 38
        summary.itemsRead = 80
        summary.itemsNew = 79
        summary.itemsDeleted = 1
        summary.rejected = 1
        summary.rejectFile = "rejects/csv-1.tsv"
        #expect(
            summary.description == """
                2,240 events read: 2,200 new, 38 there already
                80 items read: 79 new, 0 changed, 0 unchanged, 1 stay deleted
                1 row could not be read: rejects/csv-1.tsv lists line and reason of each
                """)
    }

    @Test func saysNothingOfEventsWhenThereWereOnlyItems() {
        var summary = ImportSummary()
        summary.itemsRead = 1
        summary.itemsUnchanged = 1
        #expect(summary.description == "1 item read: 0 new, 0 changed, 1 unchanged")
        #expect(ImportSummary().description == "0 events read: 0 new, 0 there already")
    }
}
