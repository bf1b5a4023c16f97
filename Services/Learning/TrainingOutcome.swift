package import Models
package import Training

/// What a training made.
package struct TrainingOutcome: Sendable {
    /// The live version from now on.
    package let version: String
    /// What its manifest says.
    package let manifest: BundleManifest
    /// Quality on the validation part; empty where no user has enough history.
    package let validation: [RankingQuality]
    /// From the first record read to the bundle written.
    package let seconds: Double
}
