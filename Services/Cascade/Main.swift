import CommandLine

@main
struct Cascade {
    static func main() async {
        let cascade = Command(
            "cascade", summary: "A recommendation backend: events in, recommendations out.",
            discussion: "Start with 'cascade up': with no data yet it makes a demo world to try everything on.",
            subcommands: [
                UpCommand.command, ImportCommand.command, TrainCommand.command, EvaluateCommand.command,
                ConfigCommand.command,
            ])
        await cascade.main()
    }
}
