import CommandLine
import DataDirectory
import Glibc
import Training

/// The checkpoint of a training that is not finished, a file beside the model bundles. One process at a time trains there.
final class CheckpointFile: CheckpointKeeper {
    let path: String
    private let progress: ProgressOutput
    /// Seconds from one checkpoint to the next, at least.
    private let interval: Double
    private var last = ContinuousClock.now
    /// Seconds that the last one took.
    private var cost = 0.0
    private var hasFailed = false

    /// - Parameters:
    ///   - directory: of the model bundles.
    ///   - name: tells the parts of one training from each other.
    init(directory: String, name: String, interval: Double, progress: ProgressOutput) {
        path = "\(directory)/\(name)"
        self.interval = interval
        self.progress = progress
    }

    /// No more than this share of the time goes into checkpoints.
    private static let share = 0.05

    var isDue: Bool { (ContinuousClock.now - last).seconds >= max(interval, cost / Self.share) }

    func keep(_ checkpoint: TrainingCheckpoint) {
        let start = ContinuousClock.now
        do {
            try AtomicFile.write(checkpoint.encoded(), to: path)
            hasFailed = false
        } catch {
            // The training may well end before it is interrupted.
            if !hasFailed { progress.line("no checkpoint could be written, training goes on without: \(error)") }
            hasFailed = true
        }
        last = ContinuousClock.now
        cost = (last - start).seconds
    }

    /// What an interrupted training left, when this one can go on from it; where it cannot, says why, and the file is gone.
    ///
    /// - Parameter identity: of this training; made where there is something to compare it with.
    func checkpoint(for identity: @autoclosure () -> TrainingIdentity) -> TrainingCheckpoint? {
        guard access(path, F_OK) == 0 else { return nil }
        let reason: String
        do {
            let checkpoint = try TrainingCheckpoint(decoding: AtomicFile.content(of: path))
            guard let difference = Self.difference(checkpoint.identity, identity()) else {
                progress.line(
                    "a training was interrupted: this one resumes \(checkpoint.place) (--fresh would train anew)")
                return checkpoint
            }
            reason = "is of a training with \(difference)"
        } catch TrainingCheckpoint.Refusal.otherFormat(let format) {
            reason = "is of another version of cascade (format \(format), this one writes \(TrainingCheckpoint.format))"
        } catch TrainingCheckpoint.Refusal.damaged(let cause) {
            reason = "is damaged: \(cause)"
        } catch {
            reason = "cannot be read: \(error)"
        }
        progress.line("\(path) \(reason); it is not used, training starts anew")
        remove()
        return nil
    }

    private static func difference(_ old: TrainingIdentity, _ new: TrainingIdentity) -> String? {
        switch (old.data == new.data, old.settings == new.settings) {
        case (true, true): nil
        case (false, true): "other data"
        case (true, false): "other settings"
        case (false, false): "other data and other settings"
        }
    }

    /// Removes the file, if there is one.
    func remove() { unlink(path) }
}
