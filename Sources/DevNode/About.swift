// A rollup node for developers, in one process: a pretend chain with one application.
//
// `ChainCalls` turns calldata for the InputBox and the portals into inputs, `InputLog` keeps them on
// disk before they count, `AppSupervisor` hands them to the application and brings it back when it
// dies, `History` remembers what came out. `DevelopmentNode` joins these, and `PublicServer` is its
// HTTP face: inspect and JSON-RPC as the v2 node answers them, the pretend chain, and the web page.
