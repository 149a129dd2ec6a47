// One account: what it owns, what it is owed, what it did.

import { actionForm } from "../actions.js";
import { facts, field, fill, h, table } from "../dom.js";
import { amount, etherOrToken, parseDecimal, short } from "../format.js";
import { declare } from "../abi.js";
import { hex, unhex } from "../bytes.js";

const TRANSFER = declare("transfer(address to, uint256 value)");
// By which tokens leave where the release of the contracts has the library.
const SAFE_TRANSFER = declare("safeTransfer(address token, address to, uint256 value)");

export function accountView(session, address) {
  if (!address) {
    return {
      title: "Account",
      node: h(
        "section",
        {},
        h("h1", {}, "Account"),
        h("p", { class: "empty" }, "Choose an account at the top of the page."),
      ),
      refresh() {},
    };
  }
  const isMine = session.isMe(address);
  const balances = h("div");
  const vouchers = h("div");
  const record = h("div");
  return {
    title: `Account ${short(address)}`,
    node: h(
      "section",
      {},
      h("h1", {}, isMine ? "Your account" : "Account"),
      h("p", { class: "mono wrap" }, address),
      h("h2", {}, "Balances"),
      balances,
      isMine && h("div", { class: "columns" }, depositForm(session), withdrawForm(session)),
      h("h2", {}, "Vouchers"),
      h(
        "p",
        { class: "hint" },
        "A voucher is paid out by the application contract when somebody executes it, ",
        "once the chain has accepted the claim over the outputs.",
      ),
      vouchers,
      h("h2", {}, "Record"),
      record,
    ),
    async refresh() {
      const account = await session.node.inspect(`accounts/${address}`);
      const outputs = await Promise.all(
        account.vouchers.items.map((index) => session.node.output(index)),
      );
      fill(
        balances,
        table(
          "Balances",
          [{ title: "Asset" }, { title: "Amount", number: true }],
          account.balances.items.map((item) => [
            item.kind === "ether" ? "Ether" : item.kind.toUpperCase(),
            amount(item.amount, item),
          ]),
          "Nothing is deposited.",
        ),
      );
      fill(vouchers, voucherTable(session, outputs));
      fill(record, recordOf(account));
    },
  };
}

function recordOf(account) {
  const { counters } = account;
  const links = (ids) =>
    ids.items.length === 0
      ? "none"
      : ids.items.map((id) => [h("a", { href: `#/jobs/${id}` }, `Job ${id}`), " "]);
  return facts([
    ["Jobs posted", links(account.posted)],
    ["Slots in", links(account.slots)],
    ["Accepted, paid, forfeited",
      `${counters.accepted}, ${counters.paid}, ${counters.forfeited}`],
    ["Settled as sponsor", String(counters.settled)],
    counters.defaulted !== undefined && ["Defaulted", String(counters.defaulted)],
    account.nonce !== undefined && ["Messages accepted", account.nonce],
  ]);
}

// What a voucher pays, in words.
function meaning(output) {
  const { destination, value, payload } = output.decoded_data;
  const bytes = unhex(payload);
  if (bytes.length === 0) return etherOrToken(value, `0x${"0".repeat(40)}`);
  if (hex(bytes.subarray(0, 4)) === TRANSFER.selector) {
    return etherOrToken(TRANSFER.decode(bytes).value, destination);
  }
  if (hex(bytes.subarray(0, 4)) === SAFE_TRANSFER.selector) {
    const { token, value: tokens } = SAFE_TRANSFER.decode(bytes);
    return etherOrToken(tokens, token);
  }
  return `a call of ${short(destination)}`;
}

function voucherTable(session, outputs) {
  const rows = outputs.map((output) => {
    const isExecuted = output.execution_transaction_hash !== null;
    const hasProof = (output.output_hashes_siblings ?? []).length === 63;
    return [
      String(Number(output.index)),
      meaning(output),
      isExecuted
        ? h("span", { class: "badge settled" }, "executed")
        : h("span", { class: "badge open" }, hasProof ? "ready" : "waits for the claim"),
      isExecuted || !hasProof ? proofOf(output) : [proofOf(output), executeForm(session, output)],
    ];
  });
  return table(
    "Vouchers",
    [{ title: "Output", number: true }, { title: "Pays" }, { title: "State" }, { title: "Proof" }],
    rows,
    "No voucher yet.",
  );
}

function proofOf(output) {
  if (!output.output_hashes_siblings) return null;
  const text = [output.raw_data, ...output.output_hashes_siblings].join("\n");
  return h(
    "details",
    {},
    h("summary", {}, "Proof"),
    h("pre", {}, text),
  );
}

function executeForm(session, output) {
  return actionForm({
    button: "Execute",
    run: async () => {
      await session.chain.execute(session.requireWallet(), output);
      session.dispatchEvent(new Event("change"));
      return "Executed.";
    },
  });
}

function assetControls() {
  const token = h("input", { placeholder: "Ether", pattern: "0x[0-9a-fA-F]{40}",
    autocomplete: "off" });
  const value = h("input", { required: true, inputmode: "decimal", placeholder: "0.1" });
  const read = () => {
    const address = token.value.trim();
    return { token: address, value: parseDecimal(value.value, address ? 0 : 18) };
  };
  return {
    read,
    controls: [
      field("Amount", value, "In Ether, or in the smallest unit of a token."),
      field("ERC-20 token", token, "Its address, or nothing for Ether."),
    ],
  };
}

function depositForm(session) {
  const { read, controls } = assetControls();
  return h(
    "details",
    { class: "card" },
    h("summary", {}, "Deposit"),
    actionForm({
      button: "Deposit",
      controls,
      run: async () => {
        const { token, value } = read();
        const wallet = session.requireWallet();
        const input = token
          ? await session.chain.depositERC20(wallet, token, value)
          : await session.chain.depositEther(wallet, value);
        await session.settled(input);
        return `Deposited ${etherOrToken(value, token || `0x${"0".repeat(40)}`)}.`;
      },
    }),
  );
}

function withdrawForm(session) {
  const { read, controls } = assetControls();
  const recipient = h("input", { placeholder: session.account, pattern: "0x[0-9a-fA-F]{40}",
    autocomplete: "off" });
  return h(
    "details",
    { class: "card" },
    h("summary", {}, "Withdraw"),
    actionForm({
      button: "Withdraw",
      controls: [...controls, field("Recipient", recipient, "Who gets it; you when empty.")],
      run: async () => {
        const { token, value } = read();
        const execLayerData = recipient.value.trim() || "0x";
        if (token) {
          await session.send("WithdrawErc20", { token, value, execLayerData });
        } else {
          await session.send("WithdrawEther", { value, execLayerData });
        }
        return "Withdrawn: the voucher is below.";
      },
    }),
  );
}
