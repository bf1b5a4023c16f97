public import Domain

/// Hears of every list of an evaluation.
public protocol EvaluationObserver: AnyObject {
    /// The best 20 of the recommender at place `model`, in the order of cases for each of them.
    func note(_ list: [ItemNumber], of model: Int, for question: EvaluationCase)
}
