import CommandLine
import Compression
import Glibc

/// A text file of lists of whole numbers, a line a user: `user item item …`; plain or gzip.
struct IDLists {
    /// The file that was read.
    let path: String
    /// Users in the order of the file.
    private(set) var users: [Int] = []
    /// A user's items in the order of their line; none where it names none.
    private(set) var items: [[Int]] = []
    /// The last number of a file that ends with it, without a line feed: it may be the beginning of a longer one, the file
    /// having been cut, and does not count.
    private(set) var rejected: Int?

    private static let longestLine = 64 << 20
    /// Numbers of so many digits are whole numbers of this machine.
    private static let mostDigits = 18

    /// Reads `path`, or `path.gz` where there is no `path`.
    init(path plain: String) throws(BenchmarkError) {
        path = access(plain, F_OK) == 0 || access(plain + ".gz", F_OK) != 0 ? plain : plain + ".gz"
        var lines = try Self.open(path)
        var met = Set<Int>()
        while let line = try Self.next(&lines) {
            var numbers = try numbers(line)
            if !line.isEnded, let last = line.bytes.last, last != 0x20, last != 0x09 { rejected = numbers.popLast() }
            guard let user = numbers.first else { continue }
            guard met.insert(user).inserted else { throw refusal(line, "user \(user) has a line already") }
            users.append(user)
            items.append(Array(numbers.dropFirst()))
        }
    }

    /// What a reader of figures should know of ``rejected``; nil where nothing is.
    var remark: String? {
        rejected.map {
            "\(path) ends without a line feed, its last number (\($0)) may have been cut and does not count: 1 number rejected"
        }
    }

    private static func open(_ path: String) throws(BenchmarkError) -> LineReader {
        do { return try LineReader(path: path, maximumLineBytes: longestLine) } catch { throw BenchmarkError(error) }
    }

    private static func next(_ lines: inout LineReader) throws(BenchmarkError) -> LineReader.Line? {
        do { return try lines.next() } catch { throw BenchmarkError(error) }
    }

    private func refusal(_ line: LineReader.Line, _ reason: String) -> BenchmarkError {
        BenchmarkError(
            .invalidData,
            "\(path):\(line.number): \(reason): write a line a user, `user item item …`, in whole numbers from 0")
    }

    private func numbers(_ line: LineReader.Line) throws(BenchmarkError) -> [Int] {
        if line.isTooLong { throw refusal(line, "longer than \(Self.longestLine) bytes") }
        var numbers: [Int] = []
        var (value, digits) = (0, 0)
        for (place, byte) in line.bytes.enumerated() {
            switch byte {
            case 0x30...0x39:
                digits += 1
                guard digits <= Self.mostDigits else { throw refusal(line, "a number of more than 18 digits") }
                value = value * 10 + Int(byte - 0x30)
            case 0x20, 0x09:
                if digits > 0 { numbers.append(value) }
                (value, digits) = (0, 0)
            default:
                throw refusal(line, "byte \(place + 1) belongs to no number")
            }
        }
        if digits > 0 { numbers.append(value) }
        return numbers
    }
}
