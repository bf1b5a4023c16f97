/// Moments as people write them: RFC 3339, and the two ways around it that exports use.
package enum RFC3339 {
    /// Milliseconds since the epoch of `2026-11-24T09:30:00.250+01:00`; nil when the text is not such a moment.
    ///
    /// Digits beyond milliseconds are dropped; a leap second counts as the second after it. `lenient` also takes a blank
    /// for the `T`, a missing offset (UTC) and a date alone. Years 0001 to 9999. O(length).
    package static func milliseconds(_ text: UnsafeBufferPointer<UInt8>, lenient: Bool = false) -> Int64? {
        var reader = Reader(text: text)
        guard let year = reader.number(4), year > 0, reader.take("-"), let month = reader.number(2),
            (1...12).contains(month), reader.take("-"), let day = reader.number(2),
            (1...daysOf(month: month, year: year)).contains(day)
        else { return nil }
        let midnight = Int64(daysFromEpoch(year: year, month: month, day: day)) * 86_400_000
        if lenient, reader.isAtEnd { return midnight }
        guard reader.take("T") || reader.take("t") || (lenient && reader.take(" ")),
            let hour = reader.number(2), hour < 24, reader.take(":"), let minute = reader.number(2), minute < 60
        else { return nil }
        var second = 0
        var fraction = 0
        if reader.take(":") {
            guard let seconds = reader.number(2), seconds <= 60 else { return nil }
            second = seconds
            if reader.take(".") {
                guard let milliseconds = reader.fraction() else { return nil }
                fraction = milliseconds
            }
        } else if !lenient {
            return nil
        }
        guard let offset = reader.offset(lenient: lenient), reader.isAtEnd else { return nil }
        let ofDay = Int64(((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction)
        return midnight + ofDay
    }

    /// The moment that a text says, see ``milliseconds(_:lenient:)``.
    package static func milliseconds(_ text: String, lenient: Bool = false) -> Int64? {
        var text = text
        return text.withUTF8 { milliseconds($0, lenient: lenient) }
    }

    /// The moment in UTC: `2026-11-24T08:30:00.250Z`, without the fraction when it is zero. For years 1 to 9999.
    package static func text(_ milliseconds: Int64) -> String {
        let days = Int(milliseconds >= 0 ? milliseconds / 86_400_000 : (milliseconds - 86_399_999) / 86_400_000)
        let rest = Int(milliseconds - Int64(days) * 86_400_000)
        // Howard Hinnant, "chrono-compatible low-level date algorithms": civil_from_days.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let seconds = rest / 1000
        let time = "\(padded(seconds / 3600)):\(padded(seconds / 60 % 60)):\(padded(seconds % 60))"
        let fraction = rest % 1000 == 0 ? "" : ".\(padded(rest % 1000, 3))"
        return "\(padded(year, 4))-\(padded(month))-\(padded(day))T\(time)\(fraction)Z"
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func daysOf(month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Howard Hinnant's days_from_civil.
    private static func daysFromEpoch(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private struct Reader {
        let text: UnsafeBufferPointer<UInt8>
        var place = 0

        var isAtEnd: Bool { place == text.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard place < text.count, text[place] == UInt8(ascii: character) else { return false }
            place += 1
            return true
        }

        mutating func number(_ digits: Int) -> Int? {
            guard text.count - place >= digits else { return nil }
            var value = 0
            for _ in 0..<digits {
                let digit = Int(text[place]) - 48
                guard (0...9).contains(digit) else { return nil }
                value = value * 10 + digit
                place += 1
            }
            return value
        }

        /// Milliseconds of one digit or more.
        mutating func fraction() -> Int? {
            var value = 0
            var digits = 0
            while place < text.count, (48...57).contains(text[place]) {
                if digits < 3 { value = value * 10 + Int(text[place]) - 48 }
                digits += 1
                place += 1
            }
            guard digits > 0 else { return nil }
            for _ in min(digits, 3)..<3 { value *= 10 }
            return value
        }

        /// Minutes east of Greenwich.
        mutating func offset(lenient: Bool) -> Int? {
            if isAtEnd { return lenient ? 0 : nil }
            if take("Z") || take("z") { return 0 }
            let sign = take("+") ? 1 : take("-") ? -1 : 0
            guard sign != 0, let hour = number(2), hour < 24 else { return nil }
            if lenient, isAtEnd { return sign * hour * 60 }
            guard take(":") || lenient, let minute = number(2), minute < 60 else { return nil }
            return sign * (hour * 60 + minute)
        }
    }
}
