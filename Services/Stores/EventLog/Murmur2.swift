/// MurmurHash2 (A. Appleby, 2008), 32 bits, with the seed and byte order of Kafka's default partitioner
/// (`org.apache.kafka.common.utils.Utils.murmur2`).
package enum Murmur2 {
    /// The hash of some bytes. O(length).
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        let multiplier: UInt32 = 0x5bd1_e995
        var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
        let whole = bytes.count & ~3
        var index = 0
        while index < whole {
            var word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
            word &*= multiplier
            word ^= word >> 24
            word &*= multiplier
            hash &*= multiplier
            hash ^= word
            index += 4
        }
        let left = bytes.count - whole
        if left > 0 {
            if left > 2 { hash ^= UInt32(bytes[whole + 2]) << 16 }
            if left > 1 { hash ^= UInt32(bytes[whole + 1]) << 8 }
            hash ^= UInt32(bytes[whole])
            hash &*= multiplier
        }
        hash ^= hash >> 13
        hash &*= multiplier
        hash ^= hash >> 15
        return Int32(bitPattern: hash)
    }

    /// The hash of a string's UTF-8.
    package static func hash(_ text: String) -> Int32 {
        var text = text
        return text.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
    }

    /// The partition of a key among `count`, as Kafka's default partitioner chooses it: `(hash & 0x7fffffff) % count`.
    package static func partition(of key: String, count: Int) -> Int {
        var key = key
        return key.withUTF8 { partition(of: UnsafeRawBufferPointer($0), count: count) }
    }

    /// The partition of a key of any bytes.
    package static func partition(of key: UnsafeRawBufferPointer, count: Int) -> Int {
        precondition(count > 0, "A topic has at least one partition.")
        return Int(hash(key) & 0x7fff_ffff) % count
    }
}
