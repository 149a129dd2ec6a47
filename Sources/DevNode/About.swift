// A rollup node for developers, in one process: a pretend chain with one application.
//
// `SignedTransaction` is read and its signer found, `ChainCalls` turns calldata for the InputBox and the
// portals into inputs, `TransactionLog` and `InputLog` keep both on disk before they count, `MinedChain`
// has blocks, nonces and Ether, `AppSupervisor` hands them to the application and brings it back when it
// dies, `History` remembers what came out. `DevelopmentNode` joins these, and `PublicServer` is its
// HTTP face: inspect and JSON-RPC as the v2 node answers them, the pretend chain, and the web page.
