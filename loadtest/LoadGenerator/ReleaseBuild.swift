package import CommandLine
import Glibc

/// Turns a debug build of the load generator into a run of the optimised one.
///
/// `swift run` builds without optimisation, and such figures say nothing. So the debug executable builds the release
/// products of the package that it lies in and becomes the release executable, with the same arguments. `swift run` has
/// given up its lock on the build folder by the time it starts a program, so the inner build does not wait for it.
package struct ReleaseBuild: Sendable, Equatable {
    /// The folder of `Package.swift`.
    package let packageRoot: String

    /// The build folder, `.build` unless somebody chose another.
    package let scratch: String

    /// The package of an executable at `…/<scratch>/<triple>/debug/<name>`.
    package init(executable: String) throws(LoadTestError) {
        let scratch = Executable.folder(of: Executable.folder(of: Executable.folder(of: executable)))
        var folder = scratch
        while !Executable.exists("\(folder)/Package.swift") {
            guard folder != "/" else {
                throw LoadTestError(
                    "No Package.swift lies above \(executable): build with 'swift build -c release' and run "
                        + ".build/release/loadtest.")
            }
            folder = Executable.folder(of: folder)
        }
        packageRoot = folder
        self.scratch = scratch
    }

    /// The optimised executable of `product`.
    package func executable(of product: String) -> String {
        "\(scratch)/release/\(product)"
    }

    /// The whole of a debug executable's `main`: builds the release products and becomes the one called `name`.
    ///
    /// A command line that `command` does not understand, or that asks for help, is answered before anything is built.
    package static func relaunch(_ name: String, command: Command) -> Never {
        let arguments = Array(Swift.CommandLine.arguments.dropFirst())
        let environment = ProcessEnvironment.current()
        do {
            switch try command.parse(arguments, environment: environment) {
            case .help(let text):
                StandardOutput().write(text)
                exit(ExitCode.success.rawValue)
            case .run(_, let parsed):
                let release = try ReleaseBuild(executable: try Executable.path())
                // A run against a server that is there already needs no `cascade`.
                let products = parsed[LoadTestCommand.url] == nil ? [name, "cascade"] : [name]
                StandardError().write("\(name): this is a debug build; building and running the optimised one\n")
                try release.build(products, path: environment["PATH"] ?? "")
                try release.become(name, arguments: arguments)
            }
        } catch {
            StandardError().write("error: \(error)\n")
            exit((error is UsageError ? ExitCode.usage : .unavailable).rawValue)
        }
    }

    /// Builds products as `make build` does, so that neither rebuilds what the other made, with the `swift` of `path`, a
    /// list of folders.
    func build(_ products: [String], path: String) throws(LoadTestError) {
        guard let swift = Self.find("swift", in: path) else {
            throw LoadTestError(
                "swift is not in PATH, so that no optimised build can be made: run 'make build' where it is, "
                    + "then .build/release/loadtest.")
        }
        for product in products {
            let build = try ChildProcess.start(
                [
                    swift, "build", "--package-path", packageRoot, "--scratch-path", scratch, "-c", "release",
                    "--static-swift-stdlib", "--product", product,
                ], inOwnGroup: false)
            guard build.wait() == .exited(0) else {
                throw LoadTestError("The release build of \(product) failed; its messages are above.")
            }
        }
    }

    /// Replaces this process by the release executable called `name`.
    func become(_ name: String, arguments: [String]) throws(LoadTestError) -> Never {
        let target = executable(of: name)
        var pointers = ([target] + arguments).map { strdup($0) } + [nil]
        execv(target, &pointers)
        let reason = String(cString: strerror(errno))
        for pointer in pointers { free(pointer) }
        throw LoadTestError("\(target) cannot be started: \(reason).")
    }

    /// The first executable of that name in the folders of `path`.
    package static func find(_ name: String, in path: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(name)" }.first { $0.hasPrefix("/") && Executable.isExecutable($0) }
    }
}
