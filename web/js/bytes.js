// Bytes, their hexadecimal form, and the two hashes that the protocol uses.

export function hex(bytes) {
  let text = "0x";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

// The bytes that `0x…` spells. Throws for anything else.
export function unhex(text) {
  if (!/^0x([0-9a-fA-F]{2})*$/.test(text)) throw new Error(`not hexadecimal: ${text.slice(0, 20)}`);
  const bytes = new Uint8Array((text.length - 2) / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(text.slice(2 + 2 * i, 4 + 2 * i), 16);
  }
  return bytes;
}

export function concat(...parts) {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

export const utf8 = (text) => new TextEncoder().encode(text);
export const text = (bytes) => new TextDecoder().decode(bytes);

// `value` in `length` bytes, the most significant first.
export function bigEndian(value, length) {
  const bytes = new Uint8Array(length);
  let rest = BigInt(value);
  for (let i = length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

export const random = (length) => crypto.getRandomValues(new Uint8Array(length));

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

const ROTATIONS = [
  0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
];
const WORD = (1n << 64n) - 1n;

// The constants of the 24 rounds come from a shift register (FIPS 202, section 3.2.5).
const ROUND_CONSTANTS = (() => {
  let register = 1;
  const bit = () => {
    const out = register & 1;
    register <<= 1;
    if (register & 0x100) register ^= 0x171;
    return out;
  };
  return Array.from({ length: 24 }, () => {
    let constant = 0n;
    for (let j = 0; j < 7; j++) if (bit()) constant |= 1n << BigInt(2 ** j - 1);
    return constant;
  });
})();

const rotate = (word, count) =>
  count === 0 ? word : ((word << BigInt(count)) | (word >> BigInt(64 - count))) & WORD;

// Lanes are in the order x + 5y.
function permute(lanes) {
  for (const constant of ROUND_CONSTANTS) {
    const columns = [0, 1, 2, 3, 4].map(
      (x) => lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20],
    );
    for (let x = 0; x < 5; x++) {
      const parity = columns[(x + 4) % 5] ^ rotate(columns[(x + 1) % 5], 1);
      for (let y = 0; y < 5; y++) lanes[x + 5 * y] ^= parity;
    }
    const moved = [];
    for (let x = 0; x < 5; x++) {
      for (let y = 0; y < 5; y++) {
        moved[y + 5 * ((2 * x + 3 * y) % 5)] = rotate(lanes[x + 5 * y], ROTATIONS[x + 5 * y]);
      }
    }
    for (let y = 0; y < 25; y += 5) {
      for (let x = 0; x < 5; x++) {
        lanes[x + y] =
          moved[x + y] ^ (~moved[((x + 1) % 5) + y] & WORD & moved[((x + 2) % 5) + y]);
      }
    }
    lanes[0] ^= constant;
  }
}

// Keccak-256 as Ethereum uses it: rate 136 bytes, padding 0x01 … 0x80.
export function keccak256(bytes) {
  const rate = 136;
  const padded = new Uint8Array(Math.floor(bytes.length / rate + 1) * rate);
  padded.set(bytes);
  padded[bytes.length] = 0x01;
  padded[padded.length - 1] |= 0x80;
  const view = new DataView(padded.buffer);
  const lanes = Array.from({ length: 25 }, () => 0n);
  for (let block = 0; block < padded.length; block += rate) {
    for (let i = 0; i < rate / 8; i++) lanes[i] ^= view.getBigUint64(block + 8 * i, true);
    permute(lanes);
  }
  const result = new Uint8Array(32);
  const out = new DataView(result.buffer);
  for (let i = 0; i < 4; i++) out.setBigUint64(8 * i, lanes[i], true);
  return result;
}
