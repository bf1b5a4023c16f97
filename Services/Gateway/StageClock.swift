import Deadline

/// How long each stage of a batch may take.
///
/// Stages end when nine tenths of the request's time are over, so that an answer leaves in time whatever happened. A stage
/// that hangs must leave something to those behind it: each gets a share of what is left when it begins.
struct StageClock {
    /// When somebody else answers, should a stage not have kept to its deadline.
    let limit: UInt64
    private let stagesEnd: UInt64

    /// - Parameters:
    ///   - arrival: of the batch's oldest request, nanoseconds of the monotonic clock.
    ///   - budget: a request's time, nanoseconds.
    init(arrival: UInt64, budget: UInt64) {
        limit = arrival &+ budget / 20 * 19
        stagesEnd = arrival &+ budget / 10 * 9
    }

    /// When the last stage has to be done.
    var last: Deadline { Deadline(nanoseconds: stagesEnd) }

    /// When a stage that begins now has to be done.
    func deadline(of stage: Stage) -> Deadline { share(stage.share) }

    /// When something that gets a part of what is left has to be done, in percent.
    func share(_ percent: UInt64) -> Deadline {
        Deadline(nanoseconds: stagesEnd &- last.left / 100 &* (100 - percent))
    }

    /// Whether a request that arrived at a moment has waited for so long that no stage is worth beginning: a twentieth of
    /// its time is left for them.
    static func isTooLate(arrival: UInt64, now: UInt64, budget: UInt64) -> Bool {
        now &- arrival > budget / 20 * 17 && now > arrival
    }
}

/// A stage of the cascade that can fail.
enum Stage: Int, CaseIterable {
    case users, recall, ranking, rerank

    var name: String { "\(self)" }

    /// What it may take of the time that is left when it begins, in percent: all stages of local roles together need less
    /// than a tenth; one hung stage of several leaves the others three milliseconds or more of eighty.
    var share: UInt64 {
        switch self {
        case .users: 35
        case .recall: 50
        case .ranking: 60
        case .rerank: 100
        }
    }
}
