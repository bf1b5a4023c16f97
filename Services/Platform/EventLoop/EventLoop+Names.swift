extension EventLoop {
    /// Looks up every address of a host without holding the loop up; `completion` is called once, later, on the loop's
    /// thread, unless the loop ends before.
    ///
    /// Each look-up has a thread of its own while it lasts: the system's resolver blocks, and a name server that does not
    /// answer must neither keep the loop from ending nor the next look-up from beginning. Callers look up at reconnects,
    /// with back-off, never for each request.
    package func lookUp(
        host: String, port: UInt16, _ completion: @escaping (Result<[SocketAddress], ListenError>) -> Void
    ) {
        // It is made and called on this loop's thread; when the loop is over, it is destroyed uncalled.
        nonisolated(unsafe) let completion = completion
        do {
            try LoopThread.detach(name: "names") { [self] in
                let result = Result { () throws(ListenError) in try SocketAddress.all(host: host, port: port) }
                execute { completion(result) }
            }
        } catch {
            let failure = ListenError.unknownHost(host: host, reason: error.reason)
            later { completion(.failure(failure)) }
        }
    }
}
