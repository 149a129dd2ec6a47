// The notices of the application, decoded once and kept: what happened, also in jobs that have
// ended.

import { unhex } from "./bytes.js";

const NOTICE = "0xc258d6e5";

export class Notices {
  #node;
  #abi;
  #seen = 0;
  #all = [];
  #running = null;

  constructor(node, abi) {
    this.#node = node;
    this.#abi = abi;
  }

  // All notices so far, in order: { index, input, name, arguments }.
  async all() {
    // One fetch at a time: two would both append what is new.
    this.#running ??= this.#fetch().finally(() => {
      this.#running = null;
    });
    await this.#running;
    return this.#all;
  }

  // Those of one job.
  async ofJob(id) {
    return (await this.all()).filter((notice) => notice.arguments.jobId === BigInt(id));
  }

  async #fetch() {
    const filter = { output_type: NOTICE };
    const rows = await this.#node.list("cartesi_listOutputs", filter, this.#seen);
    this.#seen += rows.length;
    for (const row of rows) {
      const notice = this.decode(row);
      if (notice) this.#all.push(notice);
    }
  }

  // Null for what is no notice of DeML.
  decode(output) {
    if (output.decoded_data?.type !== NOTICE && output.decoded_data?.type !== "Notice") return null;
    try {
      const call = this.#abi.decode(unhex(output.decoded_data.payload));
      return call && { index: Number(output.index), input: Number(output.input_index), ...call };
    } catch {
      return null;
    }
  }
}
