/// Numbers for people, without a locale: a point before decimals, commas between thousands.
package enum Format {
    /// `1,234,567`.
    package static func grouped(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return value < 0 ? "-" + result : result
    }

    /// `3.142` for three decimals (0…9), halves away from zero; `nan` and `inf` as they are.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        precondition((0...9).contains(decimals), "0 to 9 decimals can be written")
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (value * Double(scale)).rounded()
        guard scaled.isFinite, scaled.magnitude < 9e18 else { return "\(value)" }
        let units = Int(scaled).magnitude
        let sign = scaled < 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(units)" }
        let fraction = String(units % UInt(scale))
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(sign)\(units / UInt(scale)).\(zeros)\(fraction)"
    }
}
