import CUV

/// The name by which tools such as `ps` and `ss` show this process.
package enum ProcessName {
    /// Sets it, 15 bytes at most: what was started through a link has the link's name otherwise. On the main thread only.
    package static func set(_ name: String) { cuv_name_thread(name) }
}
