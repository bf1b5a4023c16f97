import Glibc

/// Sockets that whoever started this process had opened for it, by systemd's convention (sd_listen_fds(3)): `LISTEN_FDS` of
/// them, from descriptor 3 on, meant for the process that `LISTEN_PID` names.
package enum InheritedSockets {
    /// The descriptor of the first one.
    package static let first: Int32 = 3
    private static let limit = 1_024
    /// The variables of the convention: not for this process's own children.
    package static let variables = ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"]

    /// Takes them over; once only.
    /// - Parameter isFromParent: without `LISTEN_PID`, whether the environment was made by the parent for this process: one
    ///   that starts it without a fork of its own cannot know the number beforehand.
    /// - Returns: none when the environment names none, or some for another process.
    /// - Throws: `ListenError.notASocket`.
    package static func take(
        _ environment: [String: String], isFromParent: Bool = false
    ) throws(ListenError) -> [ListeningSocket] {
        let isForThis = environment["LISTEN_PID"].map { $0 == "\(getpid())" } ?? isFromParent
        guard isForThis, let count = environment["LISTEN_FDS"].flatMap({ Int($0) }), (1...limit).contains(count) else {
            return []
        }
        var sockets: [ListeningSocket] = []
        for place in 0..<Int32(count) { sockets.append(try ListeningSocket(adopting: first + place)) }
        return sockets
    }
}
