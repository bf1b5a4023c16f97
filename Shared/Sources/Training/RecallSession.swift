import Domain
import Models

/// Trains one recall model more than once: on a part of the data first, on all of it later.
protocol RecallSession {
    /// Trains from where the parameters are, on some of the interactions, in time order.
    func train(
        _ interactions: [Interaction], phase: String, on course: TrainingCourse,
        _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> TwoTowerModel

    /// Goes on with smaller steps, so that what was learned stays where it is. Where validation finds nothing better, so does
    /// the model.
    func refresh(
        _ interactions: [Interaction], epochs: Int, rate: Float, on course: TrainingCourse,
        _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> TwoTowerModel
}

/// What a recall model is trained to do.
public enum RecallMethod: String, Sendable, CaseIterable {
    /// To find what a user takes next, after what they had before.
    case nextItem = "next-item"
    /// To find everything that a user took, in no order: ``GraphTowers``.
    case graph

    /// What suits a history: ``graph`` where it does not tell what came first, see `TwoTower/README.md`.
    public init(for interactions: [Interaction]) {
        var latest: [UInt32: Int64] = [:]
        var (pairs, ties) = (0, 0)
        for interaction in interactions where interaction.entry.kind != .impression {
            if let before = latest.updateValue(interaction.entry.timestamp, forKey: interaction.user) {
                pairs += 1
                ties += before == interaction.entry.timestamp ? 1 : 0
            }
        }
        self = pairs > 0 && Double(ties) >= Self.orderless * Double(pairs) ? .graph : .nextItem
    }

    /// Share of a user's neighbouring interactions at one moment from which on there is no order.
    private static let orderless = 0.9
}
