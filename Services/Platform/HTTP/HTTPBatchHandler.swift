/// What answers requests: it gets all that one turn of the loop brought, at most the configured batch at a time.
package protocol HTTPBatchHandler: AnyObject {
    /// Called on the loop's thread right after polling. Each exchange is to be answered once, now or later, from the
    /// loop's thread; asynchronous work goes into one `Task(executorPreference: loop)` for the batch.
    func handle(_ batch: [HTTPExchange])
}
