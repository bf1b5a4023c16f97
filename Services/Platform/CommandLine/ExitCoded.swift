/// An error that says with which code a command ends when nothing handles it.
package protocol ExitCoded: Error {
    var exitCode: ExitCode { get }
}
