/// What each dense feature is made comparable by: value ↦ (value - mean)·scale.
struct FeatureMoments: Sendable, Equatable {
    var means: [Float]
    /// 1 / standard deviation; 0 for a feature that hardly varies: it says nothing, and must not be blown up when it does in
    /// serving.
    var scales: [Float]
}
