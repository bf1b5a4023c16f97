import Configuration
import Contracts
import EventLog
import Logging
import Metrics

/// What a role is made of, whichever it is.
struct RoleContext: Sendable {
    let configuration: CascadeConfiguration
    let place: RolePlace
    let log: any EventLog
    let topics: Topics
    let metrics: MetricRegistry
    let logger: Logger
}
