import CommandLine
import EventLoop

@main
struct Cascade {
    static func main() async {
        ProcessName.set("cascade")
        if let supervisor = ProcessEnvironment.current()["CASCADE_SUPERVISOR"].flatMap({ Int32($0) }) {
            ParentProcess.endWithIt(supervisor)
        }
        let cascade = Command(
            "cascade", summary: "A recommendation backend: events in, recommendations out.",
            discussion: "Start with 'cascade up': with no data yet it makes a demo world to try everything on.",
            subcommands: [
                UpCommand.command, ServeCommand.command, DemoCommand.command, ImportCommand.command,
                TrainCommand.command, EvaluateCommand.command,
                ModelsCommand.command, ConfigCommand.command,
            ])
        await cascade.main()
    }
}
