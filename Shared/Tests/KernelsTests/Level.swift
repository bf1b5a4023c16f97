import CKernels
import Testing

/// An instruction set that this machine can run, with its kernels.
struct Level: CustomTestStringConvertible {
    let name: String
    let table: ck_table

    var testDescription: String { name }

    /// The specification.
    static let scalar = Level(0)!

    /// All that this machine runs; says which it cannot.
    static let available: [Level] = (0..<Int32(CK_LEVELS)).compactMap { level in
        if let found = Level(level) { return found }
        print("skipped: this processor has no \(String(cString: ck_level_name(level)))")
        return nil
    }

    private init?(_ level: Int32) {
        guard let table = ck_table_at(level) else { return nil }
        self.table = table.pointee
        name = String(cString: ck_level_name(level))
    }
}
