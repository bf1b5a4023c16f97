import Training

/// A model in one page: how it was made, how good it is and for whom; see ``html()``.
package struct ModelReport: Sendable {
    /// What an evaluation on the test part found.
    struct Measured: Sendable {
        let result: Evaluator.Result
        let byHistory: [QualitySegments.Segment]
        let byItemPopularity: [QualitySegments.Segment]
        let exposure: [QualitySegments.Exposure]
        let trainingShares: [Double]
    }

    let bundle: BundleReport
    /// Nil where nothing could be measured.
    let measured: Measured?
    /// Why nothing was measured.
    let reason: String
}
