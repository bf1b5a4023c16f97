import Foundation
import TestSupport

extension Process {
    /// Sets what is run, within the reach of a small device if one is given.
    func setCommand(_ command: [String], on device: SmallDevice? = nil) {
        let command = (device?.enter ?? []) + command
        executableURL = URL(fileURLWithPath: command[0])
        arguments = Array(command.dropFirst())
    }
}
