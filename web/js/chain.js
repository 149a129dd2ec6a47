// Contracts that a transaction goes to, and who sends it: a wallet in the browser (EIP-1193), or a
// developer account of the dev node, whose pretend chain believes any sender.

import { declare, ABIFunction } from "./abi.js";
import { hex, unhex } from "./bytes.js";
import { NodeError, quantity, rpc } from "./node.js";

const ADD_INPUT = declare("addInput(address app, bytes payload)");
const DEPOSIT_ETHER = declare("depositEther(address app, bytes execLayerData)");
// The portals of version 3 of the contracts have the same functions under other names.
const DEPOSIT_ERC20 = ["depositERC20Tokens", "depositErc20Tokens"].map((name) =>
  declare(`${name}(address token, address app, uint256 value, bytes execLayerData)`),
);
const APPROVE = declare("approve(address spender, uint256 value)");
const EXECUTE_OUTPUT = new ABIFunction({
  name: "executeOutput",
  inputs: [
    { name: "output", type: "bytes" },
    {
      name: "proof",
      type: "tuple",
      components: [
        { name: "outputIndex", type: "uint64" },
        { name: "outputHashesSiblings", type: "bytes32[]" },
      ],
    },
  ],
});
const INPUT_ADDED = "0xc05d337121a6e8605c6ec0b72aa29c4210ffe6e5b9cefdd6a7058188a8f66f98";

// An account of the dev node.
export class DeveloperWallet {
  constructor(url, account) {
    this.url = url;
    this.account = account;
    this.label = "Developer account";
  }

  request({ method, params = [] }) {
    return rpc(this.url, method, params);
  }
}

// An account of a wallet provider.
export class BrowserWallet {
  constructor(provider, account) {
    this.provider = provider;
    this.account = account;
    this.label = "Wallet";
    this.canSign = true;
  }

  static async connect(provider) {
    const accounts = await provider.request({ method: "eth_requestAccounts" });
    if (!accounts.length) throw new NodeError("The wallet has no account.");
    return new BrowserWallet(provider, accounts[0]);
  }

  request(call) {
    return this.provider.request(call);
  }
}

// The contracts of one application on its chain.
export class Chain {
  // `contracts` is their release, as inspect tells it.
  constructor({ application, inputBox, contracts, portals, chainID }) {
    Object.assign(this, { application, inputBox, contracts, portals, chainID });
  }

  // Sends a message to the application; the index of its input.
  async send(wallet, message) {
    return this.#input(wallet, {
      to: this.inputBox,
      data: ADD_INPUT.encode({ app: this.application, payload: message }),
    });
  }

  async depositEther(wallet, value, message = new Uint8Array()) {
    return this.#input(wallet, {
      to: this.portals.ether,
      value: quantity(value),
      data: DEPOSIT_ETHER.encode({ app: this.application, execLayerData: message }),
    });
  }

  // Approves the portal first: the allowance is the portal's, not the application's.
  async depositERC20(wallet, token, value, message = new Uint8Array()) {
    const approval = APPROVE.encode({ spender: this.portals.erc20, value });
    await this.#transact(wallet, { to: token, data: approval });
    const deposit = DEPOSIT_ERC20[this.contracts.startsWith("v2.") ? 0 : 1];
    return this.#input(wallet, {
      to: this.portals.erc20,
      data: deposit.encode({ token, app: this.application, value, execLayerData: message }),
    });
  }

  // Executes an output as JSON-RPC gives it.
  async execute(wallet, output) {
    const proof = {
      outputIndex: BigInt(output.index),
      outputHashesSiblings: output.output_hashes_siblings,
    };
    const data = EXECUTE_OUTPUT.encode({ output: unhex(output.raw_data), proof });
    return this.#transact(wallet, { to: this.application, data });
  }

  async #input(wallet, transaction) {
    const receipt = await this.#transact(wallet, transaction);
    const log = receipt.logs.find(
      (entry) =>
        entry.topics[0] === INPUT_ADDED &&
        entry.address.toLowerCase() === this.inputBox.toLowerCase(),
    );
    if (!log) throw new NodeError("The transaction added no input.");
    return Number(log.topics[2]);
  }

  // Returns the receipt.
  async #transact(wallet, { to, value = "0x0", data }) {
    if (wallet.canSign) await this.#switchChain(wallet);
    const transaction = { from: wallet.account, to, value, data: hex(data) };
    const hash = await wallet.request({ method: "eth_sendTransaction", params: [transaction] });
    for (let pause = 50; ; pause = Math.min(pause * 1.5, 3000)) {
      const call = { method: "eth_getTransactionReceipt", params: [hash] };
      const receipt = await wallet.request(call);
      if (receipt) {
        if (BigInt(receipt.status) !== 1n) throw new NodeError("The transaction was reverted.");
        return receipt;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  async #switchChain(wallet) {
    const current = await wallet.request({ method: "eth_chainId" });
    if (BigInt(current) === BigInt(this.chainID)) return;
    const params = [{ chainId: quantity(this.chainID) }];
    await wallet.request({ method: "wallet_switchEthereumChain", params });
  }

  // A signature over a message that somebody else may then send for the signer.
  async signRelay(wallet, { nonce, deadline, message }) {
    const typedData = {
      types: {
        EIP712Domain: [
          { name: "name", type: "string" },
          { name: "version", type: "string" },
          { name: "chainId", type: "uint256" },
          { name: "verifyingContract", type: "address" },
        ],
        Relay: [
          { name: "signer", type: "address" },
          { name: "nonce", type: "uint256" },
          { name: "deadline", type: "uint64" },
          { name: "message", type: "bytes" },
        ],
      },
      primaryType: "Relay",
      domain: {
        name: "DeML",
        version: "1",
        chainId: Number(this.chainID),
        verifyingContract: this.application,
      },
      message: {
        signer: wallet.account,
        nonce: nonce.toString(),
        deadline: deadline.toString(),
        message: hex(message),
      },
    };
    const params = [wallet.account, JSON.stringify(typedData)];
    return wallet.request({ method: "eth_signTypedData_v4", params });
  }
}
