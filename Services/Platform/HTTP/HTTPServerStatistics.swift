/// What a server has counted since its start.
package struct HTTPServerStatistics: Sendable, Equatable {
    package var connectionsAccepted: UInt64 = 0
    /// Open now.
    package var connectionsOpen: UInt64 = 0
    /// Complete requests that were handed to the handler.
    package var requests: UInt64 = 0
    /// Batches in which they were handed over.
    package var batches: UInt64 = 0
    package var bytesReceived: UInt64 = 0
    package var bytesSent: UInt64 = 0

    /// Answers by class of status, errors of the protocol included.
    package var answers2xx: UInt64 = 0
    package var answers3xx: UInt64 = 0
    package var answers4xx: UInt64 = 0
    package var answers5xx: UInt64 = 0

    /// Requests that did not arrive in time (408).
    package var requestTimeouts: UInt64 = 0
    package var idleTimeouts: UInt64 = 0
    /// Requests that the handler left unanswered for too long.
    package var answerTimeouts: UInt64 = 0
    /// Clients that did not fetch their answer in time.
    package var writeTimeouts: UInt64 = 0

    /// Requests that break the protocol's rules (400).
    package var rejectedMalformed: UInt64 = 0
    package var rejectedURLs: UInt64 = 0
    package var rejectedHeaders: UInt64 = 0
    package var rejectedBodies: UInt64 = 0
    /// Methods, versions, upgrades and expectations that the server does not know.
    package var rejectedUnsupported: UInt64 = 0
    /// Connections above the limit.
    package var rejectedConnections: UInt64 = 0
    /// Connections that could not be accepted, for want of file descriptors most often.
    package var acceptFailures: UInt64 = 0

    /// Clients that went away while their request was in work.
    package var disconnectsWhilePending: UInt64 = 0
    /// Answers that came when nobody was there any more.
    package var answersDropped: UInt64 = 0

    package init() {}

    mutating func count(status: Int) {
        switch status {
        case 200..<300: answers2xx &+= 1
        case 300..<400: answers3xx &+= 1
        case 400..<500: answers4xx &+= 1
        default: answers5xx &+= 1
        }
    }

    mutating func countRejection(status: Int) {
        switch status {
        case 400: rejectedMalformed &+= 1
        case 413: rejectedBodies &+= 1
        case 414: rejectedURLs &+= 1
        case 431: rejectedHeaders &+= 1
        default: rejectedUnsupported &+= 1
        }
    }
}
