import CommandLine
import LoadGenerator

@main
struct LoadTest {
    static func main() async {
        #if DEBUG
        ReleaseBuild.relaunch("loadtest", command: LoadTestCommand.command)
        #else
        await LoadTestCommand.command.main()
        #endif
    }
}
