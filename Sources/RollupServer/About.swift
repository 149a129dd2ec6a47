// The local side of the rollup protocol: the server that an application asks for its next request,
// and the process of the application itself.
//
// `RollupHost` speaks to one application over a real socket, as the server inside the machine does,
// and hands every request's outcome to its caller. `AppProcess` runs the application. Neither knows
// what the application is about.
