extension CascadeConfiguration {
    /// Where data lives: ``data``, else `$XDG_DATA_HOME/cascade`, else `~/.local/share/cascade`; never the working
    /// directory by default. A relative `XDG_DATA_HOME` does not count, as its specification says.
    package func dataDirectory(environment: [String: String]) throws(ConfigurationError) -> String {
        if let data { return data }
        if let base = environment["XDG_DATA_HOME"], base.hasPrefix("/") { return "\(base)/cascade" }
        if let home = environment["HOME"], home.hasPrefix("/") { return "\(home)/.local/share/cascade" }
        throw ConfigurationError(
            source: "The data directory",
            problems: ["Neither HOME nor XDG_DATA_HOME is set: give --data DIR or set CASCADE_DATA."])
    }
}
