package import CommandLine
package import Training

/// Why nothing was learned or measured: the cause and the remedy in words, and a code to act on.
package struct LearningError: ExitCoded, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        /// The log or the catalogue is empty.
        case noData
        /// There is less than models can be made from.
        case tooLittleData
        /// Nothing can be measured: no user has enough interactions.
        case nothingToMeasure
        /// The live bundle was trained on what would be measured.
        case trainedOnEverything
        /// The history is not the one that the live bundle was trained on.
        case historyChanged
        /// The live bundle says nothing that can be read of how it was trained.
        case unknownTraining
        /// Two bundles were not trained with the same split.
        case differentSplits
    }

    package let code: Code
    package let description: String

    package var exitCode: ExitCode { .invalidData }

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

extension TrainingError: ExitCoded {
    package var exitCode: ExitCode {
        switch code {
        case .cancelled: .interrupted
        case .badSetting, .diverged: .configuration
        default: .invalidData
        }
    }
}
