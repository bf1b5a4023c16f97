import Kernels

/// Where the arrays of the base of an IVF index lie in its memory, each at a multiple of 64 bytes:
///
///     int8 rows │ scale a row │ number a row │ bias a row, if any │
///     int8 centroids │ scale a list │ spread a list │ bias bound a list, if any │ first row of each list, and the end
///
/// Rows and centroids are in scan blocks of 16, see `Kernels.blockRows`. The rows of a list follow those of the list before
/// without a gap, so that a block may hold rows of two lists or more. Rows and centroids that fill up the last block have
/// the scale not-a-number, and so are their scores: nothing collects them.
struct IVFLayout: Equatable, Sendable {
    /// Values of a vector, without padding.
    let dimensions: Int
    /// Rows that hold an item.
    let rows: Int
    let lists: Int
    /// Whether some row has a bias other than zero.
    let hasBiases: Bool

    var paddedDimensions: Int { FlatIndex.padded(dimensions) }
    var blocks: Int { (rows + Kernels.blockRows - 1) / Kernels.blockRows }
    var paddedRows: Int { blocks * Kernels.blockRows }
    var centroidBlocks: Int { (lists + Kernels.blockRows - 1) / Kernels.blockRows }
    var paddedLists: Int { centroidBlocks * Kernels.blockRows }

    var scalesOffset: Int { Self.aligned(paddedRows * paddedDimensions) }
    var numbersOffset: Int { scalesOffset + Self.aligned(4 * paddedRows) }
    var biasesOffset: Int { numbersOffset + Self.aligned(4 * paddedRows) }
    var centroidsOffset: Int { biasesOffset + (hasBiases ? Self.aligned(4 * paddedRows) : 0) }
    var centroidScalesOffset: Int { centroidsOffset + Self.aligned(paddedLists * paddedDimensions) }
    var spreadsOffset: Int { centroidScalesOffset + Self.aligned(4 * paddedLists) }
    var biasBoundsOffset: Int { spreadsOffset + Self.aligned(4 * paddedLists) }
    var startsOffset: Int { biasBoundsOffset + (hasBiases ? Self.aligned(4 * paddedLists) : 0) }

    /// Bytes of all arrays.
    var byteCount: Int { startsOffset + Self.aligned(4 * (lists + 1)) }

    private static func aligned(_ bytes: Int) -> Int {
        (bytes + 63) / 64 * 64
    }
}
