import CMessages
import Contracts
import Domain

/// An item as fields of messages.
enum ItemFields {
    static func write(_ item: Item, to message: inout Cascade__Item, in memory: borrowing MessageMemory) {
        message.id = memory.copy(item.id)
        message.title = memory.copy(item.title)
        message.n_categories = item.categories.count
        message.categories = memory.copy(item.categories)
        let count = item.attributes.count
        let attributes = memory.room(for: count, of: Cascade__Attribute.self, cascade__attribute__init)
        for (place, attribute) in item.attributes.sorted(by: { $0.key < $1.key }).enumerated() {
            attributes[place].name = memory.copy(attribute.key)
            write(attribute.value, to: &attributes[place], in: memory)
        }
        message.n_attributes = count
        message.attributes = memory.pointers(to: attributes, count: count)
        if let price = item.price {
            message.known_price_case = CASCADE__ITEM__KNOWN_PRICE_PRICE
            message.price = price
        }
        message.created_at = item.createdAt
        message.hidden = item.isHidden ? 1 : 0
    }

    private static func write(
        _ value: FieldValue, to message: inout Cascade__Attribute, in memory: borrowing MessageMemory
    ) {
        switch value {
        case .text(let text):
            message.value_case = CASCADE__ATTRIBUTE__VALUE_TEXT
            message.text = memory.copy(text)
        case .number(let number):
            message.value_case = CASCADE__ATTRIBUTE__VALUE_NUMBER
            message.number = number
        case .flag(let flag):
            message.value_case = CASCADE__ATTRIBUTE__VALUE_FLAG
            message.flag = flag ? 1 : 0
        case .texts(let texts):
            let list = memory.room(for: 1, of: Cascade__Texts.self, cascade__texts__init)
            list.pointee.n_values = texts.count
            list.pointee.values = memory.copy(texts)
            message.value_case = CASCADE__ATTRIBUTE__VALUE_TEXTS
            message.texts = list
        }
    }

    static func read(_ message: Cascade__Item, as fields: FieldReading) throws(MessageError) -> Item {
        let id: String
        do {
            id = try ItemJSON.checkedID(try fields.text(message.id, limit: RecordLimits.idBytes))
        } catch let error as MessageError {
            throw error
        } catch {
            throw .inconsistent("\(fields.message)", "an item's id is not one")
        }
        let hasPrice = message.known_price_case == CASCADE__ITEM__KNOWN_PRICE_PRICE
        try fields.require(!hasPrice || message.price.isFinite, "a price is not a number")
        return Item(
            id: id, title: try fields.text(message.title, limit: RecordLimits.textBytes),
            categories: try fields.texts(
                message.categories, count: message.n_categories, limit: RecordLimits.texts, bytes: RecordLimits.idBytes),
            attributes: try attributes(message, fields), price: hasPrice ? message.price : nil,
            createdAt: try fields.moment(message.created_at), isHidden: message.hidden != 0)
    }

    private static func attributes(
        _ message: Cascade__Item, _ fields: FieldReading
    ) throws(MessageError) -> [String: FieldValue] {
        let count = message.n_attributes
        try fields.require(count <= RecordLimits.fields, "an item has \(count) attributes")
        var attributes: [String: FieldValue] = [:]
        attributes.reserveCapacity(count)
        for place in 0..<count {
            let attribute = message.attributes[place]!.pointee
            let name = try fields.text(attribute.name, limit: RecordLimits.idBytes)
            let old = attributes.updateValue(try value(attribute, fields), forKey: name)
            try fields.require(old == nil, "an attribute is there twice")
        }
        return attributes
    }

    private static func value(
        _ attribute: Cascade__Attribute, _ fields: FieldReading
    ) throws(MessageError) -> FieldValue {
        switch attribute.value_case {
        case CASCADE__ATTRIBUTE__VALUE_TEXT:
            return .text(try fields.text(attribute.text, limit: RecordLimits.textBytes))
        case CASCADE__ATTRIBUTE__VALUE_NUMBER:
            try fields.require(attribute.number.isFinite, "an attribute is not a number")
            return .number(attribute.number)
        case CASCADE__ATTRIBUTE__VALUE_FLAG:
            return .flag(attribute.flag != 0)
        case CASCADE__ATTRIBUTE__VALUE_TEXTS:
            let texts = attribute.texts!.pointee
            return .texts(
                try fields.texts(
                    texts.values, count: texts.n_values, limit: RecordLimits.texts, bytes: RecordLimits.textBytes))
        default:
            throw .inconsistent("\(fields.message)", "an attribute has no value that this build knows")
        }
    }
}
