import Testing

@testable import Models

struct TensorFileTests {
    private func file(_ header: String, data: Int) -> [UInt8] {
        var bytes = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
        bytes += Array(header.utf8)
        return bytes + [UInt8](repeating: 0, count: data)
    }

    private func code(_ bytes: [UInt8]) -> BundleError.Code? {
        do {
            _ = try TensorFile.decode(bytes, file: "f")
            return nil
        } catch {
            #expect(error.file == "f")
            return error.code
        }
    }

    @Test func tensorsComeBack() throws {
        let tensors = [
            TensorFile.Tensor(name: "b", shape: [2, 1], content: .floats([1.5, -2])),
            TensorFile.Tensor(name: "a", shape: [1, 3], content: .floats([0, .leastNonzeroMagnitude, 3e38])),
            TensorFile.Tensor(name: "none", shape: [0, 4], content: .floats([])),
            TensorFile.Tensor(name: "small", shape: [2, 4], content: .bytes([1, -1, 127, -127, 0, 5, -128, 2])),
        ]
        let bytes = try TensorFile.encode(tensors, file: "f")
        #expect(bytes.count % 4 == 0)
        let found = try TensorFile.decode(bytes, file: "f")
        #expect(found.count == 4)
        for tensor in tensors { #expect(found[tensor.name] == tensor) }
    }

    @Test func metadataIsLeftOut() {
        #expect(
            code(
                file(
                    #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: 4))
                == nil)
    }

    @Test(arguments: [
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3, BundleError.Code.truncated),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, .corrupt),
        (#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#, 4, .corrupt),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, .corrupt),
        (#"{"a":{"dtype":"I8","shape":[2],"data_offsets":[0,4]}}"#, 4, .corrupt),
        (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, .corrupt),
        (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0, .corrupt),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, .corrupt),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 4, .corrupt),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, .corrupt),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}"#, 4, .truncated),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, .corrupt),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            8, .corrupt
        ),
        (#"{"a":{"dtype":"F32","shape":"x","data_offsets":[0,4]}}"#, 4, .corrupt),
        (#"{"a":7}"#, 4, .corrupt), (#"[1,2]"#, 4, .corrupt), (#"{"a":"#, 4, .corrupt), ("\u{FF}", 0, .corrupt),
    ])
    func hostileHeadersAreRefused(header: String, data: Int, expected: BundleError.Code) {
        #expect(code(file(header, data: data)) == expected)
    }

    @Test func hostileLengthsAreRefused() {
        #expect(code([]) == .truncated)
        #expect(code([1, 2, 3]) == .truncated)
        #expect(code([UInt8](repeating: 255, count: 64)) == .corrupt)
        #expect(code([100, 0, 0, 0, 0, 0, 0, 0, 123]) == .truncated)
    }
}
