// What the blob formats of DML-1 say in their headers: enough to fill in a job's terms.

import { text } from "./bytes.js";

const MODEL_HEADER = 32;
const DATA_HEADER = 32;

function magic(bytes, expected, what) {
  if (bytes.length < 8 || text(bytes.subarray(0, 4)) !== expected || bytes[4] !== 1) {
    throw new Error(`This is not ${what}: it should begin with ${expected} and version 1.`);
  }
}

// Bytes of a layer with its code.
const LAYER_SIZE = {
  0x01: 6, 0x02: 12, 0x03: 5, 0x04: 5, 0x05: 1, 0x10: 1, 0x11: 5, 0x12: 1, 0x13: 1, 0x20: 1,
};
const SOFTMAX = 1;
const SIGMOID = 2;

// { size, layers, classes } of an architecture; no classes where values are predicted. Softmax has
// those of the last Dense layer.
export function readArchitecture(bytes) {
  magic(bytes, "DMLA", "an architecture");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 6 + 4 * bytes[5];
  const layers = bytes[offset++];
  let outputs = 0;
  for (let layer = 0; layer < layers; layer++) {
    const size = LAYER_SIZE[bytes[offset]];
    if (!size || offset + size >= bytes.length) {
      throw new Error("The architecture has an unknown layer or ends inside of one.");
    }
    if (bytes[offset] === 0x01) outputs = view.getUint32(offset + 1, true);
    offset += size;
  }
  const head = bytes[offset];
  const classes = head === SIGMOID ? 2 : head === SOFTMAX ? outputs : 0;
  return { size: bytes.length, layers, classes };
}

const DTYPE_SIZE = { 1: 1, 2: 2, 4: 4 };
export const DTYPE_NAME = { 1: "int8", 2: "int16", 4: "int32", 17: "uint8" };

// { delta, dtype, tensors, parameters } of a weights blob.
export function readModel(bytes) {
  magic(bytes, "DMLW", "a model");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dtype = bytes[6];
  const tensors = view.getUint16(24, true);
  const size = DTYPE_SIZE[dtype];
  if (!size) throw new Error(`The model has an unknown dtype, ${dtype}.`);
  const exponents = Math.ceil(tensors / 4) * 4;
  const parameters = (bytes.length - MODEL_HEADER - exponents) / size;
  if (!Number.isInteger(parameters) || parameters < 1) {
    throw new Error("The model's length does not fit its header.");
  }
  return { delta: bytes[5] === 1, dtype, tensors, parameters };
}

// Bytes of a model of the same shape in another dtype.
export function modelSize(model, dtype) {
  return MODEL_HEADER + Math.ceil(model.tensors / 4) * 4 + model.parameters * DTYPE_SIZE[dtype];
}

// { xDtype, yKind, samples, features } of a data set.
export function readData(bytes) {
  magic(bytes, "DMLD", "a data set");
  if (bytes.length < DATA_HEADER) throw new Error("The data set ends inside its header.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    xDtype: bytes[5],
    yKind: bytes[6],
    samples: view.getUint32(8, true),
    features: view.getUint32(12, true),
  };
}

// A file or the stream under way to it, whichever takes more.
const streamBound = (size) => size + Math.floor(size / 16) + 1024;

// Bytes that a job reserves: its files, what scoring works with, and fixed parts.
export function reservedBytes({ arch, dataSize, samples, model, modelDtype, slots, rounds }) {
  const isFederated = rounds !== null;
  const base = modelSize(model, 4);
  const files = streamBound(base) + streamBound(dataSize) +
    slots * streamBound(modelSize(model, modelDtype)) + (isFederated ? base : 0);
  const working = (isFederated ? 30 : 9) * model.parameters +
    (arch.classes === 2 ? 8 * samples : 0) + 12 * arch.classes;
  const fixed = 8_192 + 32 * 640 + 2 * arch.size + 320 * arch.layers + 192 * model.tensors +
    64 * (rounds ?? 1) + 1792 * slots;
  return files + working + fixed;
}
