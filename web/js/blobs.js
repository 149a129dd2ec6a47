// What the blob formats of DML-1 say in their headers: enough to fill in a job's terms.

import { text } from "./bytes.js";

const MODEL_HEADER = 32;
const DATA_HEADER = 32;

function magic(bytes, expected, what) {
  if (bytes.length < 8 || text(bytes.subarray(0, 4)) !== expected || bytes[4] !== 1) {
    throw new Error(`This is not ${what}: it should begin with ${expected} and version 1.`);
  }
}

export function readArchitecture(bytes) {
  magic(bytes, "DMLA", "an architecture");
  return { size: bytes.length };
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

// Bytes that a job reserves: data, a model for each slot, two full models, and a sixteenth.
export function reservedBytes({ dataSize, model, modelDtype, slots }) {
  const content = dataSize + slots * modelSize(model, modelDtype) + 2 * modelSize(model, 4);
  return content + Math.ceil(content / 16);
}
