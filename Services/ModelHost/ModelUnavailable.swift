/// No model is live, none was trained yet or none could be read; or the one that a batch began with is gone.
package struct ModelUnavailable: Error, CustomStringConvertible {
    package init() {}

    package var description: String { "no model is live: train one with 'cascade train'" }
}
