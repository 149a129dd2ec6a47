@main struct Deml { static func main() {} }
