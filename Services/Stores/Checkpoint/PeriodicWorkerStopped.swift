/// A job was given to a ``PeriodicWorker`` after its end.
package struct PeriodicWorkerStopped: Error, CustomStringConvertible {
    package init() {}

    package var description: String { "the store is closed: the process is shutting down" }
}
