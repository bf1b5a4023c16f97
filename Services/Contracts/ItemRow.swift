package import Domain

/// A number for a category name, dense, assigned when the name is first met by this process.
package typealias CategoryCode = UInt16

/// An item as the roles know it.
package struct ItemRow: Sendable {
    /// Whether it may be recommended.
    package enum Availability: UInt8, Sendable {
        case available = 0
        case hidden = 1
        /// Its number stays taken for good.
        case deleted = 2
    }

    package let number: ItemNumber
    package let item: Item
    package let categories: [CategoryCode]
    package let availability: Availability
    /// `"id":…,"title":…,"categories":[…]` with all escapes done: what answers copy.
    package let answerFragment: [UInt8]

    package init(
        number: ItemNumber, item: Item, categories: [CategoryCode], availability: Availability,
        answerFragment: [UInt8]
    ) {
        self.number = number
        self.item = item
        self.categories = categories
        self.availability = availability
        self.answerFragment = answerFragment
    }

    package var isAvailable: Bool { availability == .available }
}
