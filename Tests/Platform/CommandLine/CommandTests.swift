import CommandLine
import Testing

@Suite struct CommandTests {
    enum Mode: String, CaseIterable { case fast, exact }

    private static let port = Option.integer(
        "port", in: 0...65_535, help: "Port.", default: 8080, environment: "CASCADE_PORT")
    private static let share = Option.double("share", in: 0...1, help: "Share.")
    private static let label = Option.string("label", help: "Label.", isRepeatable: true)
    private static let mode = Option<Mode>.choice("mode", help: "Mode.", default: .fast)
    private static let demo = Flag("demo", help: "Demo.", isInvertible: true)
    private static let quiet = Flag("quiet", help: "Quiet.", environment: "CASCADE_QUIET")
    private static let file = Positional("file", help: "File.")
    private static let target = Positional("target", help: "Target.", isRequired: false)

    private static let command = Command(
        "tool", summary: "Does things.",
        subcommands: [
            Command(
                "load", summary: "Loads a file.", parameters: [port, share, label, mode, demo, quiet, file, target]
            ) { _ in .success },
            Command("fail", summary: "Fails.") { _ in throw CommandFailure(.busy, "It is busy.") },
        ])

    private func arguments(_ line: String..., environment: [String: String] = [:]) throws -> Arguments {
        switch try Self.command.parse(["load"] + line, environment: environment) {
        case .run(_, let arguments): return arguments
        case .help: throw CommandFailure(.failure, "help")
        }
    }

    private func message(_ line: String..., environment: [String: String] = [:]) -> String {
        do {
            _ = try Self.command.parse(line, environment: environment)
            return "no error"
        } catch {
            return error.message
        }
    }

    @Test func valuesAreTyped() throws {
        let parsed = try arguments(
            "a.csv", "--port", "0", "--share=0.25", "--label", "x", "--label=y=z", "--mode", "exact", "--no-demo",
            "--quiet", "--", "--odd")
        #expect(parsed[Self.port] == 0)
        #expect(parsed[Self.share] == 0.25)
        #expect(parsed.all(Self.label) == ["x", "y=z"])
        #expect(parsed[Self.mode] == .exact)
        #expect(parsed[Self.demo] == false)
        #expect(parsed[Self.quiet] == true)
        #expect(parsed[Self.file] == "a.csv")
        #expect(parsed[Self.target] == "--odd")
        #expect(parsed.command == "tool load")
    }

    @Test func flagsOutrankTheEnvironmentWhichOutranksDefaults() throws {
        let environment = ["CASCADE_PORT": "7000", "CASCADE_QUIET": "1"]
        #expect(try arguments("f")[Self.port] == 8080)
        #expect(try arguments("f").isGiven(Self.port) == false)
        #expect(try arguments("f", environment: environment)[Self.port] == 7000)
        #expect(try arguments("f", environment: environment)[Self.quiet] == true)
        #expect(try arguments("f", "--port", "1", environment: environment)[Self.port] == 1)
        #expect(try arguments("f", environment: environment).isGiven(Self.port))
        #expect(try arguments("f")[Self.demo] == nil)
        #expect(try arguments("f")[Self.share] == nil)
    }

    @Test func errorsNameTheArgumentAndTheRemedy() {
        #expect(message() == "tool needs a command: load, fail.")
        #expect(message("laod") == "'laod' is not a command of tool: load, fail. Did you mean 'load'?")
        #expect(message("load", "f", "--prot", "1") == "'--prot' is not an option of tool load. Did you mean '--port'?")
        #expect(message("load", "f", "--zzzzzz") == "'--zzzzzz' is not an option of tool load.")
        #expect(message("load", "f", "-p") == "'-p' is not an option: options are written with two dashes.")
        #expect(message("load", "f", "--port") == "--port needs a value: --port N.")
        #expect(message("load", "f", "--port=x") == "--port x: a whole number from 0 to 65535 is expected.")
        #expect(message("load", "f", "--port", "65536") == "--port 65536: a whole number from 0 to 65535 is expected.")
        #expect(message("load", "f", "--share", "nan") == "--share nan: a number from 0.0 to 1.0 is expected.")
        #expect(message("load", "f", "--mode", "slow") == "--mode slow: one of fast, exact is expected.")
        #expect(message("load", "f", "--quiet=1") == "--quiet takes no value.")
        #expect(message("load", "f", "--port=1", "--port=2") == "--port is given more than once.")
        #expect(message("load", "f", "--demo", "--no-demo") == "--demo is given more than once.")
        #expect(message("load") == "<file> is missing.")
        #expect(message("load", "a", "b", "c") == "'c' is one argument too many.")
        #expect(
            message("load", "f", environment: ["CASCADE_PORT": "x"])
                == "CASCADE_PORT=x: a whole number from 0 to 65535 is expected.")
    }

    @Test func helpNamesEverything() throws {
        for line in [["load", "--help"], ["load", "-h"], ["help", "load"], ["load", "f", "--help"]] {
            guard case .help(let text) = try Self.command.parse(line) else {
                Issue.record("\(line) is no help")
                continue
            }
            #expect(text.contains("Usage: tool load <file> [target] [options]"))
            #expect(text.contains("--port N"))
            #expect(text.contains("default: 8080, environment: CASCADE_PORT"))
            #expect(text.contains("--mode fast|exact"))
            #expect(text.contains("--[no-]demo"))
        }
        guard case .help(let text) = try Self.command.parse(["--help"]) else {
            Issue.record("no help")
            return
        }
        #expect(text.contains("load  Loads a file."))
    }

    @Test func everyErrorHasItsExitCode() async {
        let output = CollectedOutput()
        let errors = CollectedOutput()
        func run(_ line: String...) async -> ExitCode {
            await Self.command.run(line, environment: [:], output: output, errors: errors)
        }
        #expect(await run("load", "f") == .success)
        #expect(await run("load") == .usage)
        #expect(await run("fail") == .busy)
        #expect(await run("--help") == .success)
        #expect(ExitCode.usage.rawValue == 64)
        #expect(errors.text == "error: <file> is missing.\nSee 'tool load --help'.\nerror: It is busy.\n")
        #expect(output.text.hasPrefix("Does things."))
    }
}
