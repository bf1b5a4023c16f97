import Domain
import JSON

extension RecordFields {
    /// Writes free fields as an object, names sorted.
    static func write(_ values: [String: FieldValue], to writer: inout JSONWriter) {
        writer.beginObject()
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            writer.name(name)
            switch value {
            case .text(let text): writer.string(text)
            case .number(let number): writer.double(number)
            case .flag(let flag): writer.bool(flag)
            case .texts(let texts):
                writer.beginArray()
                for text in texts { writer.string(text) }
                writer.endArray()
            }
        }
        writer.endObject()
    }
}
