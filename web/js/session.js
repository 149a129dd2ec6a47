// What every view shares: the node, the chain, the account that acts, block time, and secrets that
// must outlive a reload.

import { Interface } from "./abi.js";
import { hex, unhex } from "./bytes.js";
import { BrowserWallet, Chain, DeveloperWallet } from "./chain.js";
import { NodeError, RollupNode, rpc } from "./node.js";
import { Notices } from "./notices.js";

const SETTINGS = "deml.settings";
const SECRETS = "deml.secrets";

function stored(key, fallback) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? fallback;
  } catch {
    return fallback;
  }
}

export class Session extends EventTarget {
  settings = {
    base: location.origin,
    application: "deml",
    rpcURL: "",
    ...stored(SETTINGS, {}),
    ...Object.fromEntries(new URLSearchParams(location.search)),
  };
  wallet = null;
  developerAccounts = [];
  #offset = 0;

  // Learns about the application from the node alone.
  async open() {
    this.node = new RollupNode(this.settings);
    const response = await fetch(new URL("../deml.abi.json", import.meta.url));
    if (!response.ok) throw new NodeError("deml.abi.json is not beside the page.");
    this.abi = new Interface(await response.json());
    const [application, version] = await Promise.all([
      this.node.application(),
      this.node.inspect("version"),
    ]);
    this.version = version;
    this.notices = new Notices(this.node, this.abi);
    const chainID = await this.#chainID();
    this.chain = new Chain({
      application: application.iapplication_address,
      inputBox: application.iinputbox_address,
      contracts: version.contracts,
      portals: version.portals,
      chainID,
    });
    await this.#findDeveloperAccounts();
    await this.readClock();
    const last = sessionStorage.getItem("deml.account");
    if (last && this.developerAccounts.includes(last)) this.useDeveloper(last);
  }

  async #chainID() {
    const answer = await this.node.call("cartesi_getChainId").catch(() => null);
    if (answer) return Number(answer.data);
    // A node that does not say: any input does, and the wallet's chain is the last resort.
    const input = await this.node.list("cartesi_listInputs", {}).catch(() => []);
    if (input.length) return Number(input[0].decoded_data.chain_id);
    return Number((await window.ethereum?.request({ method: "eth_chainId" })) ?? 1);
  }

  async #findDeveloperAccounts() {
    const url = `${this.node.base}/eth`;
    try {
      this.developerAccounts = await rpc(url, "eth_accounts", []);
      this.developerURL = url;
    } catch {
      this.developerAccounts = [];
    }
  }

  get account() {
    return this.wallet?.account ?? null;
  }

  isMe(address) {
    return this.account !== null && address.toLowerCase() === this.account.toLowerCase();
  }

  useDeveloper(account) {
    this.#use(new DeveloperWallet(this.developerURL, account));
    sessionStorage.setItem("deml.account", account);
  }

  async connect() {
    if (!window.ethereum) throw new NodeError("This browser has no wallet.");
    this.#use(await BrowserWallet.connect(window.ethereum));
    sessionStorage.removeItem("deml.account");
    window.ethereum.on?.("accountsChanged", (accounts) => {
      this.#use(accounts.length ? new BrowserWallet(window.ethereum, accounts[0]) : null);
    });
  }

  disconnect() {
    sessionStorage.removeItem("deml.account");
    this.#use(null);
  }

  #use(wallet) {
    this.wallet = wallet;
    this.dispatchEvent(new Event("account"));
  }

  requireWallet() {
    if (!this.wallet) throw new NodeError("Choose an account first, at the top of the page.");
    return this.wallet;
  }

  // Block time in seconds, as far as it is known.
  now() {
    return Date.now() / 1000 + this.#offset;
  }

  async readClock() {
    const call = { method: "eth_getBlockByNumber", params: ["latest", false] };
    try {
      const block = this.developerURL
        ? await rpc(this.developerURL, call.method, call.params)
        : await this.wallet?.request(call);
      if (block) this.#offset = Number(block.timestamp) - Date.now() / 1000;
    } catch {
      // The time of day is close to block time on a live chain.
    }
  }

  // Moves the pretend chain's time ahead.
  async moveClock(seconds) {
    await rpc(this.developerURL, "evm_increaseTime", [seconds]);
    await this.readClock();
  }

  // Sends a message, waits until the application has it, and returns the notices. Refusals throw.
  async send(name, values, options = {}) {
    const wallet = this.requireWallet();
    const message = this.abi.encode(name, values);
    let input;
    if (options.relayed) {
      input = await this.#relay(wallet, message);
    } else if (options.ether) {
      input = await this.chain.depositEther(wallet, options.ether, message);
    } else if (options.token) {
      const { address, value } = options.token;
      input = await this.chain.depositERC20(wallet, address, value, message);
    } else {
      input = await this.chain.send(wallet, message);
    }
    return this.settled(input);
  }

  // The notices of input `index` once it is processed. Throws what the application refused, with the
  // notices of what time alone had done before.
  async settled(index) {
    const { input, outputs, reports } = await this.node.outcome(index);
    if (input.status !== "ACCEPTED") throw new NodeError(`The input was ${input.status}.`);
    const refusal = reports.find((report) => report.error);
    const notices = outputs.map((output) => this.notices.decode(output)).filter(Boolean);
    this.dispatchEvent(new Event("change"));
    if (refusal) {
      const { code, message, at } = refusal.error;
      throw Object.assign(new NodeError(at ? `${message} (${at})` : message, code), { notices });
    }
    return notices;
  }

  // The wallet only signs; a developer account of the node pays for the transaction.
  async #relay(wallet, message) {
    if (!this.developerURL) throw new NodeError("There is no relayer here.");
    const { nonce } = await this.node.inspect(`accounts/${wallet.account}`);
    // Short: what is signed can be sent until then, unless the account acts before.
    const deadline = BigInt(Math.floor(this.now()) + 300);
    const relay = { signer: wallet.account, nonce: BigInt(nonce), deadline, message };
    const signature = await this.chain.signRelay(wallet, relay);
    const relayer = new DeveloperWallet(this.developerURL, this.developerAccounts[0]);
    return this.chain.send(relayer, this.abi.encode("relay", { ...relay, signature }));
  }

  saveSettings(settings) {
    localStorage.setItem(SETTINGS, JSON.stringify(settings));
  }

  // Secrets are bytes under a name, kept for this application only.
  keepSecret(name, bytes) {
    const all = stored(SECRETS, {});
    all[`${this.chain.chainID}/${this.chain.application}/${name}`] = hex(bytes);
    localStorage.setItem(SECRETS, JSON.stringify(all));
  }

  secret(name) {
    const value = stored(SECRETS, {})[`${this.chain.chainID}/${this.chain.application}/${name}`];
    return value ? unhex(value) : null;
  }
}
