/// The step size over a training: a cosine from one to zero over the first few epochs, and again over all others (warm
/// restarts: Loshchilov & Hutter, ICLR 2017).
///
/// Where taste is mostly chance, more than a pass or two only learns the chance by heart, but those passes must end with
/// small steps to be worth anything; where there is more to learn, a long fall finds it. After the first cycle the model
/// is as good as a short training makes it, and validation tells whether the second one helps.
struct TwoTowerSchedule {
    let epochs: Int
    let firstCycle: Int
    /// Steps of an epoch.
    let steps: Int

    /// The share of the highest step size at a step, which counts from 1.
    func factor(at step: Int) -> Float {
        // A second cycle of one epoch would undo the first: there is one cycle then.
        let first = (epochs > firstCycle + 1 && firstCycle > 0 ? firstCycle : epochs) * steps
        let place = step - 1
        if place < first { return cosineFall(Float(place) / Float(max(1, first))) }
        return cosineFall(Float(place - first) / Float(max(1, epochs * steps - first)))
    }
}
