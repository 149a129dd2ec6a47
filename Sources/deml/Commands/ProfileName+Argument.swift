import ArgumentParser
import CoreCommands

extension ProfileName: ExpressibleByArgument {}
