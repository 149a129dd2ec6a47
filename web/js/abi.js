// The Solidity ABI: types, the canonical encoding, and functions by selector.

import { bigEndian, concat, hex, keccak256, text, unhex, utf8 } from "./bytes.js";

// A type is { name } with `element`, `count` or `members` where it is made of others.
function parseType(name, components) {
  const array = /^(.*)\[(\d*)\]$/.exec(name);
  if (array) {
    const count = array[2] === "" ? null : Number(array[2]);
    return { name, kind: "array", count, element: parseType(array[1], components) };
  }
  if (name === "tuple") {
    const members = components.map((part) => ({
      name: part.name,
      type: parseType(part.type, part.components),
    }));
    return { name: `(${members.map((m) => m.type.name).join(",")})`, kind: "tuple", members };
  }
  if (name === "bytes" || name === "string") return { name, kind: name };
  if (name === "bool" || name === "address") return { name, kind: name };
  const fixed = /^bytes(\d+)$/.exec(name);
  if (fixed) return { name, kind: "fixed", size: Number(fixed[1]) };
  const uint = /^uint(\d+)$/.exec(name);
  if (uint) return { name, kind: "uint", bits: Number(uint[1]) };
  throw new Error(`the type ${name} is not known`);
}

// The canonical name, with tuples spelled out also inside of arrays.
function canonical(type) {
  if (type.kind !== "array") return type.name;
  return `${canonical(type.element)}[${type.count ?? ""}]`;
}

function isDynamic(type) {
  if (type.kind === "bytes" || type.kind === "string") return true;
  if (type.kind === "array") return type.count === null || isDynamic(type.element);
  return type.kind === "tuple" && type.members.some((member) => isDynamic(member.type));
}

function headSize(type) {
  if (isDynamic(type)) return 32;
  if (type.kind === "array") return type.count * headSize(type.element);
  if (type.kind === "tuple") return type.members.reduce((sum, m) => sum + headSize(m.type), 0);
  return 32;
}

function padded(bytes) {
  return concat(bytes, new Uint8Array((32 - (bytes.length % 32)) % 32));
}

function asBytes(value) {
  return typeof value === "string" ? unhex(value) : value;
}

function encodeSequence(types, values) {
  const heads = [];
  const tails = [];
  let offset = types.reduce((sum, type) => sum + headSize(type), 0);
  types.forEach((type, index) => {
    const body = encodeValue(type, values[index]);
    if (isDynamic(type)) {
      heads.push(bigEndian(offset, 32));
      tails.push(body);
      offset += body.length;
    } else {
      heads.push(body);
    }
  });
  return concat(...heads, ...tails);
}

function encodeValue(type, value) {
  if (value === undefined) throw new Error(`a value of type ${type.name} is missing`);
  switch (type.kind) {
    case "uint": {
      const number = BigInt(value);
      if (number < 0n || number >> BigInt(type.bits) !== 0n) {
        throw new Error(`${number} does not fit ${type.name}`);
      }
      return bigEndian(number, 32);
    }
    case "bool":
      return bigEndian(value ? 1 : 0, 32);
    case "address": {
      const bytes = asBytes(value);
      if (bytes.length !== 20) throw new Error("an address has 20 bytes");
      return concat(new Uint8Array(12), bytes);
    }
    case "fixed": {
      const bytes = asBytes(value);
      if (bytes.length !== type.size) throw new Error(`${type.name} has ${type.size} bytes`);
      return padded(bytes);
    }
    case "bytes":
    case "string": {
      const bytes = type.kind === "string" ? utf8(value) : asBytes(value);
      return concat(bigEndian(bytes.length, 32), padded(bytes));
    }
    case "array": {
      if (type.count !== null && value.length !== type.count) {
        throw new Error(`${type.name} has ${type.count} elements`);
      }
      const body = encodeSequence(value.map(() => type.element), value);
      return type.count === null ? concat(bigEndian(value.length, 32), body) : body;
    }
    case "tuple":
      return encodeSequence(
        type.members.map((member) => member.type),
        type.members.map((member) => value[member.name]),
      );
    default:
      throw new Error(`the type ${type.name} cannot be encoded`);
  }
}

function word(bytes, offset) {
  if (offset + 32 > bytes.length) throw new Error("the encoding ends inside a value");
  return BigInt(hex(bytes.subarray(offset, offset + 32)));
}

function decodeSequence(types, bytes, start) {
  let offset = start;
  return types.map((type) => {
    const place = isDynamic(type) ? start + Number(word(bytes, offset)) : offset;
    offset += headSize(type);
    return decodeValue(type, bytes, place);
  });
}

function decodeValue(type, bytes, offset) {
  switch (type.kind) {
    case "uint":
      return word(bytes, offset);
    case "bool":
      return word(bytes, offset) !== 0n;
    case "address":
      return checksum(bytes.subarray(offset + 12, offset + 32));
    case "fixed":
      return hex(bytes.subarray(offset, offset + type.size));
    case "bytes":
    case "string": {
      const length = Number(word(bytes, offset));
      const start = offset + 32;
      if (start + length > bytes.length) throw new Error("the encoding ends inside a value");
      const body = bytes.slice(start, start + length);
      return type.kind === "string" ? text(body) : body;
    }
    case "array": {
      const count = type.count ?? Number(word(bytes, offset));
      if (count > bytes.length) throw new Error("an array is longer than its encoding");
      const start = type.count === null ? offset + 32 : offset;
      return decodeSequence(Array.from({ length: count }, () => type.element), bytes, start);
    }
    case "tuple": {
      const values = decodeSequence(type.members.map((m) => m.type), bytes, offset);
      return Object.fromEntries(type.members.map((m, index) => [m.name, values[index]]));
    }
    default:
      throw new Error(`the type ${type.name} cannot be decoded`);
  }
}

// `0x` and 40 digits whose case is the checksum of ERC-55.
export function checksum(bytes) {
  const digits = hex(bytes).slice(2);
  const hash = hex(keccak256(utf8(digits))).slice(2);
  let result = "0x";
  for (let i = 0; i < 40; i++) {
    result += Number.parseInt(hash[i], 16) >= 8 ? digits[i].toUpperCase() : digits[i];
  }
  return result;
}

// A function of a JSON ABI.
export class ABIFunction {
  constructor(declaration) {
    this.name = declaration.name;
    this.inputs = declaration.inputs.map((input) => ({
      name: input.name,
      type: parseType(input.type, input.components),
    }));
    this.signature = `${this.name}(${this.inputs.map((i) => canonical(i.type)).join(",")})`;
    this.selector = hex(keccak256(utf8(this.signature)).subarray(0, 4));
  }

  // `selector ‖ abi.encode(arguments)`, the arguments by name.
  encode(values) {
    return concat(unhex(this.selector), this.encodeArguments(values));
  }

  encodeArguments(values) {
    return encodeSequence(
      this.inputs.map((input) => input.type),
      this.inputs.map((input) => values[input.name]),
    );
  }

  // The arguments by name in `payload`, whose selector the caller has matched.
  decode(payload) {
    const types = this.inputs.map((input) => input.type);
    const values = decodeSequence(types, payload.subarray(4), 0);
    return Object.fromEntries(this.inputs.map((input, index) => [input.name, values[index]]));
  }
}

// A function from its signature with names, such as `addInput(address app, bytes payload)`.
export function declare(signature) {
  const [, name, list] = /^(\w+)\((.*)\)$/.exec(signature);
  const inputs = list === "" ? [] : list.split(",").map((part) => {
    const [type, parameter] = part.trim().split(" ");
    return { type, name: parameter };
  });
  return new ABIFunction({ name, inputs });
}

// Functions by name and by selector.
export class Interface {
  constructor(declarations) {
    this.byName = new Map();
    this.bySelector = new Map();
    for (const declaration of declarations) {
      const item = new ABIFunction(declaration);
      this.byName.set(item.name, item);
      this.bySelector.set(item.selector, item);
    }
  }

  encode(name, values) {
    return this.byName.get(name).encode(values);
  }

  // { name, arguments }, or null when the selector is not known.
  decode(payload) {
    const item = this.bySelector.get(hex(payload.subarray(0, 4)));
    return item ? { name: item.name, arguments: item.decode(payload) } : null;
  }
}
