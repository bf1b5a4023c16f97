/// One wrong value, thrown while a file is decoded.
struct ConfigurationProblem: Error {
    let text: String
}
