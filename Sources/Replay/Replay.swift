// Recorded runs of the application: what went in, what must come out, and what it means to people.
//
// A fixture is a folder (`Fixture`). A `Replayer` runs its inputs against a `ReplayTarget`, the
// engine in this process or the real application over a real socket, and compares every status,
// output, report and the root over all outputs with what was recorded. `Chronicle` tells the same
// run as a table.
//
// `Translation` reads and writes messages, notices and vouchers by the names in `ABICatalogue`.
