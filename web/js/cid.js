// Content identifiers of raw blocks over SHA-256, version 1, in base 32.

import { concat, sha256 } from "./bytes.js";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const PREFIX = Uint8Array.of(0x01, 0x55, 0x12, 0x20);

function base32(bytes) {
  let result = "";
  let bits = 0;
  let buffer = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      result += ALPHABET[(buffer >> bits) & 31];
      buffer &= (1 << bits) - 1;
    }
  }
  return bits > 0 ? result + ALPHABET[(buffer << (5 - bits)) & 31] : result;
}

// The binary form.
export const rawCid = (digest) => concat(PREFIX, digest);

// The text of a binary CID.
export const cidText = (cid) => `b${base32(cid)}`;

// { digest, cid, text } of a blob.
export async function identify(blob) {
  const digest = await sha256(blob);
  const cid = rawCid(digest);
  return { digest, cid, text: cidText(cid) };
}
