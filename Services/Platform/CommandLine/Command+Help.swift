extension Command {
    /// The help text of the command, `path` being its name with its parents'.
    package func helpText(path: String) -> String {
        var text = "\(summary)\n\nUsage: \(usageLine(path: path))\n"
        if !discussion.isEmpty { text += "\n\(discussion)\n" }
        if !subcommands.isEmpty {
            text += Self.section("Commands", subcommands.map { ($0.name, [$0.summary]) })
            text += "\nSee '\(path) COMMAND --help'.\n"
        }
        let positionals = parameters.compactMap { $0 as? Positional }
        text += Self.section("Arguments", positionals.map { ("<\($0.name)>", [$0.help]) })
        if subcommands.isEmpty {
            let options = parameters.compactMap(Self.optionRow) + [("--help", ["Shows this text."])]
            text += Self.section("Options", options)
        }
        return text
    }

    private func usageLine(path: String) -> String {
        if !subcommands.isEmpty { return "\(path) COMMAND …" }
        var line = path
        for case let positional as Positional in parameters {
            line += positional.isRequired ? " <\(positional.name)>" : " [\(positional.name)]"
        }
        return line + " [options]"
    }

    private static func optionRow(_ parameter: any Parameter) -> (String, [String])? {
        if let option = parameter as? any AnyOption {
            var notes: [String] = []
            if let text = option.defaultText { notes.append("default: \(text)") }
            if let variable = option.environment { notes.append("environment: \(variable)") }
            if option.isRepeatable { notes.append("may be given more than once") }
            let suffix = notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))"
            return ("--\(option.name) \(option.valueName)", [option.help + suffix])
        }
        guard let flag = parameter as? Flag else { return nil }
        let suffix = flag.environment.map { " (environment: \($0))" } ?? ""
        return (flag.isInvertible ? "--[no-]\(flag.name)" : "--\(flag.name)", [flag.help + suffix])
    }

    /// A heading and rows of a term and its explanation, which is wrapped beside it.
    private static func section(_ heading: String, _ rows: [(term: String, text: [String])]) -> String {
        guard !rows.isEmpty else { return "" }
        let width = min(rows.map { $0.term.count }.max() ?? 0, 28)
        var text = "\n\(heading):\n"
        for row in rows {
            let lines = row.text.flatMap { wrapped($0, width: 96 - width) }
            var indent = "  " + row.term + String(repeating: " ", count: max(width - row.term.count, 0)) + "  "
            if row.term.count > width {
                text += "  \(row.term)\n"
                indent = String(repeating: " ", count: width + 4)
            }
            for line in lines {
                text += "\(indent)\(line)\n"
                indent = String(repeating: " ", count: width + 4)
            }
        }
        return text
    }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty && line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        return lines + [line]
    }
}
