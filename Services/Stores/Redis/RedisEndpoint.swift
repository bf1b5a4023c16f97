/// Where a Redis is and how to be let in.
package struct RedisEndpoint: Sendable, Equatable, CustomStringConvertible {
    /// A name or a numeric address.
    package var host: String
    package var port: UInt16
    /// For servers with users; nil is the default user.
    package var user: String?
    package var password: String?
    /// Number of the database.
    package var database: Int

    package init(host: String, port: UInt16 = 6379, user: String? = nil, password: String? = nil, database: Int = 0) {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.database = database
    }

    /// Without user and password, for logs.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// What a new connection says first. The last command is always PING, whose answer tells a Redis from what is not.
    var greeting: [RedisCommand] {
        var commands: [RedisCommand] = []
        if let password {
            var login = RedisCommand("AUTH", arguments: user == nil ? 1 : 2)
            if let user { login.append(user) }
            login.append(password)
            commands.append(login)
        }
        if database != 0 {
            var selection = RedisCommand("SELECT", arguments: 1)
            selection.append(decimal: database)
            commands.append(selection)
        }
        commands.append(RedisCommand("PING", arguments: 0))
        return commands
    }
}
