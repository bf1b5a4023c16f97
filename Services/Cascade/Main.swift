@main
struct Cascade {
    static func main() {}
}
