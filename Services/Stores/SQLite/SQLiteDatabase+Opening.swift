internal import CSQLite

extension SQLiteDatabase {
    static func open(_ path: String, _ options: SQLiteOptions) throws(SQLiteError) -> OpaquePointer {
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        switch options.access {
        case .readWrite: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .readOnly: flags |= SQLITE_OPEN_READONLY
        }
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let detail = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(handle)
            throw SQLiteError(code: code, path: path, detail: detail)
        }
        return handle
    }

    func configure(_ options: SQLiteOptions) throws(SQLiteError) {
        try check(sqlite3_busy_timeout(handle, Int32(clamping: options.busyTimeoutMilliseconds)))
        try execute("PRAGMA foreign_keys = OFF")
        try execute("PRAGMA cache_size = -\(max(64, options.pageCacheBytes / 1024))")
        try execute("PRAGMA mmap_size = \(options.mappedBytes)")
        try execute("PRAGMA temp_store = MEMORY")
        guard options.access == .readWrite else { return }
        try execute("PRAGMA journal_mode = WAL")
        switch options.durability {
        case .full: try execute("PRAGMA synchronous = FULL")
        case .normal: try execute("PRAGMA synchronous = NORMAL")
        }
        try execute("PRAGMA wal_autocheckpoint = \(options.checkpointPages)")
        // A log that one large transaction has grown is cut back when it is next reset.
        try execute("PRAGMA journal_size_limit = \(64 << 20)")
        if options.overwritesDeleted { try execute("PRAGMA secure_delete = ON") }
        if let bytes = options.maximumFileBytes { try limitFile(toBytes: bytes) }
    }

    func check(
        _ format: SQLiteFormat, _ options: SQLiteOptions, create: (SQLiteDatabase) throws(SQLiteError) -> Void,
        migrate: (SQLiteDatabase, Int32) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        if try isCurrent(format) { return }
        guard options.access == .readWrite else {
            throw SQLiteError(.unknownFormat, message: "\(path) is empty or of an older version: start cascade once.")
        }
        // Two processes may get here with the same new file: whoever comes second finds it made.
        try execute("BEGIN IMMEDIATE")
        do {
            if try !isCurrent(format) {
                let version = Int32(try integer("PRAGMA user_version") ?? 0)
                if version == 0 { try create(self) } else { try migrate(self, version) }
                try execute("PRAGMA application_id = \(format.applicationID)")
                try execute("PRAGMA user_version = \(format.version)")
            }
            try execute("COMMIT")
        } catch {
            rollback()
            throw error
        }
    }

    /// Whether the file has the mark of this format; false also for a new file and for one of an older version.
    private func isCurrent(_ format: SQLiteFormat) throws(SQLiteError) -> Bool {
        let application = try integer("PRAGMA application_id") ?? 0
        let version = try integer("PRAGMA user_version") ?? 0
        if application == 0, version == 0, try integer("SELECT count(*) FROM sqlite_master") == 0 { return false }
        guard application == format.applicationID else {
            throw SQLiteError(
                .unknownFormat,
                message: "\(path) was not made by cascade for this purpose: choose another data directory, "
                    + "or move the file away.")
        }
        guard version <= format.version else {
            throw SQLiteError(
                .unknownFormat,
                message: "\(path) has format version \(version), this program knows up to \(format.version): "
                    + "use the newer version of cascade that wrote it.")
        }
        return version == format.version
    }
}
