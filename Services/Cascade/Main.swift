import CommandLine
import EventLoop
import Glibc

@main
struct Cascade {
    static func main() async {
        ProcessName.set("cascade")
        // A file beyond the limit of the process is an error of the write, as a full disk is, not the process's end.
        signal(SIGXFSZ, SIG_IGN)
        if let supervisor = ProcessEnvironment.current()["CASCADE_SUPERVISOR"].flatMap({ Int32($0) }) {
            ParentProcess.endWithIt(supervisor)
        }
        let cascade = Command(
            "cascade", summary: "A recommendation backend: events in, recommendations out.",
            discussion: "Start with 'cascade up': with no data yet it makes a demo world to try everything on.",
            subcommands: [
                UpCommand.command, ServeCommand.command, DemoCommand.command, ImportCommand.command,
                TrainCommand.command, TuneCommand.command, EvaluateCommand.command, ModelsCommand.command,
                ExportCommand.command, ConfigCommand.command,
            ])
        await cascade.main()
    }
}
