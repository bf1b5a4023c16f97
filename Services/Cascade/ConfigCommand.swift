import CommandLine
import Configuration

/// `cascade config`: every setting with the value that counts.
enum ConfigCommand {
    static let command = Command(
        "config", summary: "Prints every setting as it counts now, as JSON.", parameters: CommonOptions.all
    ) { arguments in
        StandardOutput().write(try CommonOptions.configuration(arguments).json() + "\n")
        return .success
    }
}
