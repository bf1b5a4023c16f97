/// What a file says about itself: whose it is, and in which version its tables are.
package struct SQLiteFormat: Sendable, Equatable {
    /// SQLite's `application_id`: a number of the program's own for this kind of file, not 0.
    package let applicationID: Int32
    /// SQLite's `user_version`, from 1.
    package let version: Int32

    package init(applicationID: Int32, version: Int32) {
        self.applicationID = applicationID
        self.version = version
    }
}
