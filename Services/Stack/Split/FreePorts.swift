import DataDirectory
package import EventLoop

/// Ports of loopback that nobody listens on.
package enum FreePorts {
    /// So many different ones. Below the range that the system takes the ports of outgoing connections from: in it, a
    /// client that tries to reach a process that is down may get hold of that process's port.
    /// - Throws: `ListenError` when none can be found.
    package static func choose(_ count: Int) throws(ListenError) -> [UInt16] {
        let end = max(lowestEphemeral, 12_288)
        var held: [PortReservation] = []
        var problem: ListenError?
        for _ in 0..<64 * count where held.count < count {
            do throws(ListenError) {
                held.append(try PortReservation(host: "127.0.0.1", port: .random(in: 10_240..<end)))
            } catch {
                problem = error
            }
        }
        guard held.count == count else {
            throw problem ?? .failed(host: "127.0.0.1", port: 0, reason: "no free port was found")
        }
        return held.map(\.address.port)
    }

    private static var lowestEphemeral: UInt16 {
        let path = "/proc/sys/net/ipv4/ip_local_port_range"
        let text = (try? AtomicFile.beginning(of: path)) ?? ""
        return text.split(whereSeparator: \.isWhitespace).first.flatMap { UInt16($0) } ?? 32_768
    }
}
