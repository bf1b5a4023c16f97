import Glibc

/// Names of model versions: what is a directory's name and stands in `ACTIVE`.
package enum ModelVersion {
    /// Whether a text can name a version: 1 to 100 letters, digits, `.`, `_`, `-`, the first one a letter or digit.
    package static func isValid(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, bytes.count <= 100, isAlphanumeric(first) else { return false }
        return bytes.allSatisfy {
            isAlphanumeric($0) || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains($0)
        }
    }

    /// The name of a version that is made at a moment (seconds since the epoch, UTC), such as `20261124-120503`; names
    /// sort by time.
    package static func name(at seconds: Int64) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        return
            "\(padded(Int(parts.tm_year) + 1900, 4))\(padded(Int(parts.tm_mon) + 1, 2))\(padded(Int(parts.tm_mday), 2))"
            + "-\(padded(Int(parts.tm_hour), 2))\(padded(Int(parts.tm_min), 2))\(padded(Int(parts.tm_sec), 2))"
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
