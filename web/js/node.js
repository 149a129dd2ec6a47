// The rollup node: inspect, JSON-RPC, and what follows from them about the application.

import { hex, text, unhex } from "./bytes.js";

// Why the node or the application did not answer as asked. `code` is the application's, if any.
export class NodeError extends Error {
  constructor(message, code = null) {
    super(message);
    this.code = code;
  }
}

let nextID = 1;

async function post(url, type, body) {
  let response;
  try {
    response = await fetch(url, { method: "POST", headers: { "Content-Type": type }, body });
  } catch {
    throw new NodeError(`The node at ${url} cannot be reached.`);
  }
  if (!response.ok) {
    throw new NodeError(`${url} answers ${response.status}: ${(await response.text()).trim()}`);
  }
  return response.json();
}

// A call of JSON-RPC; the result.
export async function rpc(url, method, params) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: nextID++, method, params });
  const answer = await post(url, "application/json", body);
  if (answer.error) throw new NodeError(answer.error.message, answer.error.code);
  return answer.result;
}

export class RollupNode {
  // `base` is where /inspect and /rpc are; `rpcURL` replaces the latter on nodes that serve them apart.
  constructor({ base, application, rpcURL }) {
    this.base = base.replace(/\/$/, "");
    this.name = application;
    this.rpcURL = rpcURL || `${this.base}/rpc`;
  }

  // The application's answer to a query, and how many inputs it had seen.
  async inspect(path) {
    const answer = await post(`${this.base}/inspect/${this.name}`, "text/plain", path);
    if (answer.status !== "Accepted") throw new NodeError(`The query was ${answer.status}.`);
    const report = (answer.reports ?? [])[0];
    if (!report) throw new NodeError("The query has no answer.");
    const value = JSON.parse(text(unhex(report.payload)));
    if (value.error) throw new NodeError(value.error.message, value.error.code);
    return value;
  }

  call(method, params = {}) {
    return rpc(this.rpcURL, method, { application: this.name, ...params });
  }

  async processedInputs() {
    return Number((await this.call("cartesi_getProcessedInputCount")).data);
  }

  async application() {
    return (await this.call("cartesi_getApplication")).data;
  }

  async output(index) {
    const params = { output_index: quantity(index) };
    return (await this.call("cartesi_getOutput", params)).data;
  }

  // All rows of a list from `offset` on, page by page.
  async list(method, params, offset = 0) {
    const rows = [];
    for (;;) {
      const page = await this.call(method, { ...params, limit: 200, offset: offset + rows.length });
      rows.push(...page.data);
      if (page.data.length === 0 || offset + rows.length >= page.pagination.total_count) return rows;
    }
  }

  // What the application made of input `index`, once it has.
  async outcome(index) {
    const params = { input_index: quantity(index) };
    for (let pause = 60; ; pause = Math.min(pause * 1.5, 2000)) {
      const input = await this.call("cartesi_getInput", params).catch((error) => {
        // A node learns of an input some time after the chain has it.
        if (error.code === -31001) return null;
        throw error;
      });
      if (input && input.data.status !== "NONE") {
        const [outputs, reports] = await Promise.all([
          this.list("cartesi_listOutputs", params),
          this.list("cartesi_listReports", params),
        ]);
        return { input: input.data, outputs, reports: reports.map((r) => parseReport(r.raw_data)) };
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

export const quantity = (number) => `0x${BigInt(number).toString(16)}`;

function parseReport(data) {
  try {
    return JSON.parse(text(unhex(data)));
  } catch {
    return { unreadable: hex(unhex(data)) };
  }
}
