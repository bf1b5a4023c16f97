import CommandLine
import Configuration
import JSON

/// What the supervisor prints of its processes.
struct RoleLines {
    let json: Bool
    let output: any TextOutput
    let progress: ProgressOutput

    /// All roles are ready.
    func ready(gateway: String, _ children: [RoleChild]) {
        guard json else {
            for child in children { restarted(child) }
            progress.line("ready: \(gateway). Try:\n\(Examples(user: "u1", item: "i1").text(url: gateway))")
            return
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("gateway", gateway)
        writer.name("roles")
        writer.beginArray()
        for child in children { write(child, to: &writer) }
        writer.endArray()
        writer.endObject()
        writer.endLine()
        output.write(String(decoding: writer.take(), as: UTF8.self))
    }

    /// One role is ready, again.
    func restarted(_ child: RoleChild) {
        guard json else {
            let name = child.replica.count == 1 ? child.role.rawValue : "\(child.role.rawValue) \(child.replica)"
            progress.line(
                "  \(name), process \(child.identifier ?? 0), at \(child.address), probes and metrics at http://\(child.admin)"
            )
            return
        }
        var writer = JSONWriter()
        write(child, to: &writer)
        writer.endLine()
        output.write(String(decoding: writer.take(), as: UTF8.self))
    }

    private func write(_ child: RoleChild, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("role", child.role.rawValue)
        writer.field("pid", Int(child.identifier ?? 0))
        writer.field("admin", "http://\(child.admin)")
        writer.endObject()
    }
}
