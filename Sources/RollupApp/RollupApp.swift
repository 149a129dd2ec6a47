@main struct RollupApp { static func main() {} }
