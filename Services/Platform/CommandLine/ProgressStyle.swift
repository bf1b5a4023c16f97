/// How progress is shown.
package enum ProgressStyle: Sendable {
    /// One line, redrawn at most ten times a second.
    case bar

    /// A line about every two seconds.
    case lines

    /// Nothing.
    case silent
}
