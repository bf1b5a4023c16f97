import Checkpoint
import Contracts
import Domain
import EventLog
import Logging

/// What the lanes of a replica have in common.
struct ReplicaShared: Sendable {
    let topics: Topics
    let weights: EventWeights
    let limits: UserState.Limits
    let catalogue: any ItemCatalogue
    let outbox: Outbox
    let metrics: ReplicaMetrics
    let failures: CheckpointFailureLog
}
