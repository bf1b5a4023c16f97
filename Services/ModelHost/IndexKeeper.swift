import Logging
import VectorIndex

/// Keeps a model's index in a file, so that a process that starts again need not divide its items into lists again.
///
/// The file is a cache: it names the model version and has a fingerprint of each item, and what differs from the items
/// that there are now is changed in the index after it was read. One that does not fit or cannot be read is made anew.
struct IndexKeeper: Sendable {
    let folder: String

    private var path: String { "\(folder)/recall.index" }

    /// The kept index with the changes that make it one of these items; nil when there is none of this version.
    func read(version: String, _ items: ModelItems) -> (any VectorIndex)? {
        guard let file = try? IndexFile(reading: path), file.index.dimensions == items.dimensions,
            let known = Self.fingerprints(in: file.note, version: version)
        else { return nil }
        let now = items.fingerprints()
        var entries: [IndexEntry] = []
        var gone: [UInt32] = []
        for item in 0..<max(known.count, now.count) {
            let old = item < known.count ? known[item] : 0
            let new = item < now.count ? now[item] : 0
            guard old != new else { continue }
            if new == 0 { gone.append(UInt32(item)) } else { entries.append(items.entry(item)) }
        }
        // Where most is another, lists that were made for it are of no use.
        guard entries.count + gone.count <= items.count / 8 else { return nil }
        return file.index.inserting(entries).deleting(gone)
    }

    /// Keeps an index of some items; what fails costs the next start some time.
    func write(_ index: any VectorIndex, version: String, _ items: ModelItems) throws(IndexFileError) {
        try IndexFile.write(index, to: path, note: Self.note(items.fingerprints(), version: version))
    }

    /// The version's length, the version, the fingerprints; little-endian.
    private static func note(_ fingerprints: [UInt64], version: String) -> [UInt8] {
        var note: [UInt8] = []
        note.reserveCapacity(8 * fingerprints.count + version.utf8.count + 8)
        func append(_ number: UInt64) {
            withUnsafeBytes(of: number.littleEndian) { note.append(contentsOf: $0) }
        }
        append(UInt64(version.utf8.count))
        note += Array(version.utf8)
        for fingerprint in fingerprints { append(fingerprint) }
        return note
    }

    /// The fingerprints of a note of this version.
    private static func fingerprints(in note: [UInt8], version: String) -> [UInt64]? {
        let empty = Self.note([], version: version)
        guard note.starts(with: empty), (note.count - empty.count).isMultiple(of: 8) else { return nil }
        return note.withUnsafeBytes { bytes in
            stride(from: empty.count, to: note.count, by: 8).map {
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
            }
        }
    }
}
