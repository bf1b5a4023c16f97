@main
struct LoadTest {
    static func main() {}
}
