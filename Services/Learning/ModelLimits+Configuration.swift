package import Configuration
package import Models

extension ModelLimits {
    /// The limits that a configuration sets.
    package init(_ configuration: ModelLimitsConfiguration) {
        self.init(
            aucLoss: configuration.aucLoss, bytes: configuration.bytes, microseconds: configuration.us200)
    }
}
