import Glibc

/// Something on a loopback port that is not Kafka.
final class Stranger: @unchecked Sendable {
    enum Manner: CaseIterable, Sendable {
        /// Answers as a web server does, and hangs up.
        case talksHTTP
        /// Takes connections and says nothing.
        case isSilent
    }

    let address: String
    private let socket: Int32

    init(_ manner: Manner) {
        let listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        socket = listener
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &place) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                precondition(bind(listener, place, length) == 0 && listen(listener, 64) == 0)
                precondition(getsockname(listener, place, &length) == 0)
            }
        }
        address = "127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
        guard manner == .talksHTTP else { return }
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                let listener = Int32(Int(bitPattern: argument))
                let answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                while true {
                    let connection = accept(listener, nil, nil)
                    if connection < 0 { return nil }
                    _ = send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
                    close(connection)
                }
            }, UnsafeMutableRawPointer(bitPattern: Int(listener)))
        pthread_detach(thread)
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }
}
