// Which node the page speaks to, and the tools of a dev node.

import { actionForm } from "../actions.js";
import { facts, field, fill, h, table } from "../dom.js";
import { amount, bytesText, duration, percent, time } from "../format.js";

export function nodeView(session) {
  const state = h("div");
  const audit = h("div");
  return {
    title: "Node",
    node: h(
      "section",
      {},
      h("h1", {}, "Node"),
      state,
      h("h2", {}, "Conservation of money"),
      audit,
      session.developerURL && [
        h("h2", {}, "Block time"),
        h("p", { class: "hint" }, "The pretend chain's clock can be moved ahead, never back."),
        h("div", { class: "narrow" }, clockForm(session)),
      ],
      h("h2", {}, "Connection"),
      h("div", { class: "narrow" }, settingsForm(session)),
    ),
    async refresh() {
      if (!session.chain) return;
      const [application, totals] = await Promise.all([
        session.node.application(),
        session.node.inspect("audit"),
      ]);
      fill(
        state,
        facts([
          ["State", `${application.state}${application.reason ? `: ${application.reason}` : ""}`],
          ["Inputs processed", String(Number(application.processed_inputs))],
          ["Block time", time(session.now())],
          ["Room reserved", `${bytesText(totals.reservedBytes)} of ${bytesText(totals.capacity)}, ${
            percent(totals.reservedBytes / totals.capacity)}`],
          ["Rent goes to", session.version.rentReceiver
            ? h("span", { class: "mono wrap" }, session.version.rentReceiver)
            : "nobody: it is burned"],
          ["Application", h("span", { class: "mono wrap" }, session.chain.application)],
          ["Contracts", session.chain.contracts],
          ["InputBox", h("span", { class: "mono wrap" }, session.chain.inputBox)],
          ["Ether portal", h("span", { class: "mono wrap" }, session.chain.portals.ether)],
          ["ERC-20 portal", h("span", { class: "mono wrap" }, session.chain.portals.erc20)],
        ]),
      );
      fill(audit, auditTable(totals));
    },
  };
}

function auditTable({ assets }) {
  return table(
    "Totals of each asset",
    [
      { title: "Deposited", number: true },
      { title: "In vouchers", number: true },
      { title: "In accounts", number: true },
      { title: "In escrow", number: true },
      { title: "Burned", number: true },
      { title: "Adds up" },
    ],
    assets.map((asset) => [
      amount(asset.deposited, asset),
      amount(asset.vouchered, asset),
      amount(asset.inAccounts, asset),
      amount(asset.inEscrow, asset),
      amount(asset.burned, asset),
      asset.conserved ? "yes" : "NO",
    ]),
    "Nothing was deposited yet.",
  );
}

function clockForm(session) {
  const choices = [[600, "10 minutes"], [3600, "an hour"], [86400, "a day"], [604800, "a week"]];
  const seconds = h("select", {}, choices.map(([value, title]) => h("option", { value }, title)));
  return actionForm({
    button: "Move ahead",
    controls: [field("By", seconds)],
    run: async () => {
      await session.moveClock(Number(seconds.value));
      session.dispatchEvent(new Event("clock"));
      return `It is ${duration(Number(seconds.value))} later now.`;
    },
  });
}

function settingsForm(session) {
  const base = h("input", { type: "url", required: true, value: session.settings.base });
  const application = h("input", { required: true, value: session.settings.application });
  const rpcURL = h("input", { type: "url", value: session.settings.rpcURL });
  return actionForm({
    button: "Use this node",
    controls: [
      field("Node", base, "Where /inspect is."),
      field("Application", application, "Its name at the node, or its address."),
      field("JSON-RPC", rpcURL, "Only where it is not at /rpc of the node."),
    ],
    run: async () => {
      session.saveSettings({
        base: base.value,
        application: application.value.trim(),
        rpcURL: rpcURL.value,
      });
      location.search = "";
      location.reload();
      return "";
    },
  });
}
