// The commands of `deml` that need nothing but the codec: `abi`, `keccak`, `recover`, `typed-data`.
//
// Each is a `BatchOperation`, a function from one JSON object to another, so that scripts can drive
// millions of cases through one process with `--batch`; without it the arguments come from the
// command line.
