// The words of the EVM, the Solidity ABI, Keccak-256, EIP-712 and the recovery of signers.
//
// Everything that decides who said what and who is paid is read here, so one rule holds for all of
// it: **what is accepted has one form**. For the ABI this is a definition: what decodes encodes to
// the same bytes. Other libraries are more generous; these are all the places where they differ.
//
// Encodings (`ABIDecoder`) are refused when
// - bytes are left over, or tails lie in another order, with gaps, overlapping or shared;
// - padding of numbers, addresses, fixed bytes, `bytes` or `string` is not what the encoder writes,
//   the zeros behind the last value included, or a bool is neither 0 nor 1;
// - a `string` is not UTF-8;
// - there are more values than `ABIDecoder.elementLimit` or types are nested deeper than
//   `ABIDecoder.depthLimit`.
//
// Values (`ABIEncoder`) are refused when a number does not fit its type, or fixed bytes are shorter
// than theirs: nothing is cut off or filled up.
//
// Types (`ABIType.init(parsing:)`) are refused when they have no bytes, `()` and `T[0]`, when a
// number has leading zeros, and when they are `fixed` or `ufixed`, which no compiler can encode.
//
// Packed encoding follows the compiler: elements of arrays are whole words (fixed bytes filled up
// behind, negative numbers in front with ones), structs and nested arrays that vary are refused.
//
// Signatures (`RecoverableSignature`) are refused when s is in the upper half of its range, so that
// nobody can make a second one out of a first.
//
// Typed data (`TypedDataTypes`) is refused when a value is not of its type, a fixed array has
// another count, or the name of a struct or member holds punctuation of `encodeType`.
