import CMessages
import Contracts
import Domain

/// ``ItemFeaturesRow`` as protobuf message `cascade.v1.ItemRow`: the value of a record of the topic item-features.
package enum ItemRowMessage {
    private static let format: UInt32 = 1
    private static let fields = FieldReading(message: "an item's row")

    /// The same row has the same bytes. O(bytes).
    package static func encode(_ row: ItemFeaturesRow) -> [UInt8] {
        Wire.bytes(of: cascade__item_row__init) { memory, message in
            let item = memory.room(for: 1, of: Cascade__Item.self, cascade__item__init)
            ItemFields.write(row.item, to: &item.pointee, in: memory)
            let counters = memory.room(for: 1, of: Cascade__ItemCounters.self, cascade__item_counters__init)
            write(row.counters, to: &counters.pointee)
            message.format = format
            message.number = row.number
            message.item = item
            message.availability = Cascade__Availability(rawValue: UInt32(row.availability.rawValue))
            message.counters = counters
            message.now = row.now
        }
    }

    /// The row in a record's value. O(bytes).
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> ItemFeaturesRow {
        try Wire.read(bytes, as: fields.message, cascade__item_row__unpack) { message throws(MessageError) in
            try fields.format(message.format, known: format)
            try fields.require(message.number < MessageLimits.itemNumbers, "its number is far beyond every catalogue")
            let availability = UInt8(exactly: message.availability.rawValue).flatMap(ItemRow.Availability.init)
            guard let item = message.item, let counters = message.counters, let availability else {
                throw .inconsistent("\(fields.message)", "it has no item, no counters or an unknown availability")
            }
            return ItemFeaturesRow(
                number: message.number, item: try ItemFields.read(item.pointee, as: fields),
                availability: availability, counters: try read(counters.pointee),
                now: try fields.moment(message.now))
        }
    }

    private static func write(_ counters: ItemCounters, to message: inout Cascade__ItemCounters) {
        message.recent = counters.recent
        message.impressions = counters.impressions
        message.responses = counters.responses
        message.total = counters.total
        message.rating_sum = counters.ratingSum
        message.rating_count = counters.ratingCount
        message.updated_at = counters.updatedAt
        message.last_interaction = counters.lastInteraction
    }

    private static func read(_ message: Cascade__ItemCounters) throws(MessageError) -> ItemCounters {
        var counters = ItemCounters()
        counters.recent = message.recent
        counters.impressions = message.impressions
        counters.responses = message.responses
        counters.total = message.total
        counters.ratingSum = message.rating_sum
        counters.ratingCount = message.rating_count
        counters.updatedAt = try fields.moment(message.updated_at)
        counters.lastInteraction = try fields.moment(message.last_interaction)
        let sums = [counters.recent, counters.impressions, counters.responses, counters.total, counters.ratingCount]
        try fields.require(sums.allSatisfy { $0 >= 0 }, "a counter is negative or not a number")
        try fields.require(!counters.ratingSum.isNaN, "a sum of ratings is not a number")
        return counters
    }
}
