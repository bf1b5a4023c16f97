package import Checkpoint
package import CommandLine
package import DataDirectory
package import EventLog
package import EventLoop
package import ItemFeatures
package import ModelRegistry
package import Models
package import RPC
package import UserFeatures

extension CheckpointError: ExitCoded {
    package var exitCode: ExitCode {
        switch code {
        case .corrupt, .aheadOfLog, .newerFormat, .foreign: .invalidData
        case .unusable: .cannotWrite
        }
    }
}

extension DataDirectoryError: ExitCoded {
    package var exitCode: ExitCode {
        switch cause {
        case .inUse: .busy
        case .newerFormat: .invalidData
        case .notADirectory, .notPermitted, .readOnly, .diskFull, .notFound, .inputOutput: .cannotWrite
        }
    }
}

extension ListenError: ExitCoded {
    package var exitCode: ExitCode {
        switch self {
        case .portInUse, .failed: .unavailable
        case .notPermitted, .addressNotAvailable, .unknownHost, .notASocket: .configuration
        }
    }
}

extension LogError: ExitCoded {
    package var exitCode: ExitCode {
        switch code {
        case .overloaded, .closed, .unavailable: .unavailable
        case .misconfigured, .unsupported: .configuration
        case .locked: .busy
        case .diskFull, .inaccessible, .inputOutput: .cannotWrite
        case .invalidRecord, .corrupt, .unknownFormat, .unknownPosition: .invalidData
        }
    }
}

extension RPCConfigurationError: ExitCoded {
    package var exitCode: ExitCode { .configuration }
}

extension ModelRegistryError: ExitCoded {
    package var exitCode: ExitCode {
        switch code {
        case .unknownVersion, .invalidName, .corrupt, .beyondLimits: .invalidData
        case .system: .cannotWrite
        }
    }
}

extension BundleError: ExitCoded {
    package var exitCode: ExitCode { code == .system || code == .exists ? .cannotWrite : .invalidData }
}

extension ItemFeaturesError: ExitCoded {
    package var exitCode: ExitCode {
        switch code {
        case .takenOver: .busy
        }
    }
}

extension UserFeaturesError: ExitCoded {
    package var exitCode: ExitCode {
        switch code {
        case .takenOver: .busy
        case .foreignPartition: .configuration
        case .badChangelog: .invalidData
        case .behind: .unavailable
        }
    }
}
