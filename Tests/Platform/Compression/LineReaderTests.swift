import Compression
import Testing
import TestSupport

struct LineReaderTests {
    struct Read: Equatable {
        var lines: [String] = []
        var numbers: [Int] = []
        var tooLong: [Int] = []
    }

    private let files: TemporaryDirectory

    init() throws {
        files = try TemporaryDirectory()
    }

    private func read(_ path: String, maximum: Int = 1 << 20) throws -> Read {
        var reader = try LineReader(path: path, maximumLineBytes: maximum)
        var read = Read()
        while let line = try reader.next() {
            read.lines.append(String(decoding: line.bytes, as: UTF8.self))
            read.numbers.append(line.number)
            if line.isTooLong { read.tooLong.append(line.number) }
        }
        #expect(reader.position == reader.size)
        return read
    }

    @Test(arguments: [
        ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]), ("\n\n", ["", ""]),
        ("\r\n", [""]), ("a\rb\n", ["a\rb"]), ("\u{feff}a\nb", ["a", "b"]), ("\u{feff}", []),
        ("x\u{feff}\n", ["x\u{feff}"]),
        ("a\r", ["a"]),
    ])
    func splitsLines(text: String, lines: [String]) throws {
        let plain = try read(try files.write(text))
        #expect(plain.lines.map { Array($0.utf8) } == lines.map { Array($0.utf8) })
        #expect(plain.numbers == Array(0..<lines.count).map { $0 + 1 })
        let packed = try read(try files.write(try files.gzip(Array(text.utf8)), to: "packed"))
        #expect(packed == plain)
    }

    @Test func cutsLinesThatAreTooLong() throws {
        let long = String(repeating: "x", count: 700_000)
        let text = "12345\n123456\n12345\r\n\(long)\nab\n\(long)"
        let read = try read(try files.write(text), maximum: 5)
        #expect(read.lines == ["12345", "12345", "12345", "xxxxx", "ab", "xxxxx"])
        #expect(read.tooLong == [2, 4, 6])
    }

    @Test func joinsWhatBuffersCut() throws {
        var random = UInt64(11)
        var lines: [String] = []
        for index in 0..<3000 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            lines.append("\(index):" + String(repeating: "y", count: Int(random >> 32) % 600))
        }
        let text = lines.joined(separator: "\r\n")
        #expect(try read(try files.write(text)).lines == lines)
        #expect(try read(try files.write(try files.gzip(Array(text.utf8)))).lines == lines)
    }

    @Test func readsEveryMember() throws {
        let both = try files.gzip(Array("a\nb".utf8)) + files.gzip([]) + files.gzip(Array("c\n".utf8)) + [0, 0, 0]
        #expect(try read(try files.write(both)).lines == ["a", "bc"])
    }

    @Test func givesWhatIsThereOfTruncatedFiles() throws {
        let text = (0..<20_000).map { "\($0),\($0 &* 7919 % 10007)\n" }.joined()
        let whole = try files.gzip(Array(text.utf8))
        for length in [whole.count - 1, whole.count / 2, 11] {
            var reader = try LineReader(path: try files.write(Array(whole.prefix(length))))
            var count = 0
            var caught: ReadError?
            do {
                while let line = try reader.next() {
                    count += 1
                    #expect(line.number == count)
                }
            } catch {
                caught = error
            }
            #expect(caught?.cause == .truncated)
            #expect(count > 0 || length == 11)
        }
    }

    @Test func refusesDamage() throws {
        let text = (0..<20_000).map { "\($0),\($0 &* 7919 % 10007)\n" }.joined()
        let whole = try files.gzip(Array(text.utf8))
        for place in [2, whole.count / 2, whole.count - 6] {
            var damaged = whole
            damaged[place] ^= 0xff
            #expect { try read(try files.write(damaged)) } throws: { error in
                (error as? ReadError)?.cause == .corrupt
            }
        }
        #expect { try read(try files.write(whole + Array("trailing".utf8))) } throws: { error in
            (error as? ReadError)?.cause == .corrupt
        }
    }

    @Test func saysWhyItCannotOpen() throws {
        #expect { try read("\(files.path)/missing") } throws: { ($0 as? ReadError)?.cause == .notFound }
        #expect { try read(files.path) } throws: { error in
            (error as? ReadError)?.cause == .isDirectory && "\(error)".contains(files.path)
        }
    }

    @Test func reportsProgress() throws {
        let path = try files.write(String(repeating: "0123456789\n", count: 100_000))
        var reader = try LineReader(path: path)
        #expect(reader.size == 1_100_000)
        var last: Int64 = 0
        while try reader.next() != nil {
            #expect(reader.position >= last)
            last = reader.position
        }
        #expect(last == reader.size)
    }
}
