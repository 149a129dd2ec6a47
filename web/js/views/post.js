// Posting a job from files.

import { actionForm, fileInput, fileOf } from "../actions.js";
import { readArchitecture, readData, readModel, reservedBytes, DTYPE_NAME } from "../blobs.js";
import { hex, random, utf8 } from "../bytes.js";
import { identify } from "../cid.js";
import { facts, field, fill, h } from "../dom.js";
import { amount, bytesText, duration, parseDecimal } from "../format.js";
import { dataCommitment, dataSecret, lifespan, PAYOUTS, termsHash } from "../terms.js";
import { upload } from "../upload.js";

const GWEI = 10n ** 9n;
const NOBODY = `0x${"0".repeat(40)}`;
const HOUR = 3600;
const ETHER = { kind: "ether" };
// Least and usual hours of the windows: fill, open or commit, data, claim, reveal.
const WINDOWS = [[1, 24], [1, 168], [1, 24], [24, 24], [24, 24]];
const LEAST_OPEN = 4;

const number = (value, attributes = {}) =>
  h("input", { type: "number", value, min: "0", required: true, ...attributes });
const choice = (options) =>
  h("select", {}, options.map(([value, title]) => h("option", { value }, title)));

export function postView(session) {
  const form = new PostForm(session);
  return { title: "Post a job", node: form.node, refresh() {} };
}

class PostForm {
  constructor(session) {
    this.session = session;
    this.arch = fileInput();
    this.base = fileInput();
    this.data = h("input", { type: "file", multiple: true });
    this.payout = choice(PAYOUTS.map((mode) => [mode.value, `${mode.title}: ${mode.text}`]));
    this.sealed = h("input", { type: "checkbox" });
    this.token = h("input", { placeholder: "Ether", pattern: "0x[0-9a-fA-F]{40}",
      autocomplete: "off" });
    this.reward = h("input", { required: true, inputmode: "decimal", value: "0.05" });
    this.slots = number("4", { min: "1", max: "64" });
    this.step = number("2", { min: "0", max: "100", step: "any" });
    this.rounds = number("1", { min: "1", max: "100" });
    this.normBound = number("196608");
    this.clientBond = h("input", { required: true, inputmode: "decimal", value: "0.0025" });
    this.sponsorBond = h("input", { required: true, inputmode: "decimal", value: "0.0025" });
    this.dtype = choice([4, 2, 1].map((value) => [value, DTYPE_NAME[value]]));
    this.trainer = h("input", { placeholder: "bafkrei…", autocomplete: "off" });
    this.metadata = h("input", { placeholder: "bafkrei…", autocomplete: "off" });
    this.windows = WINDOWS.map(([least, usual], index) =>
      number(String(usual), { min: String(least), max: index === 0 ? "168" : "720" }));
    this.maxRent = h("input", { required: true, inputmode: "decimal", value: "0.01" });
    this.summary = h("div", { "aria-live": "polite" });
    this.sealedFields = h("div", { class: "columns" });
    this.node = this.#layout();
    this.#toggle();
  }

  #layout() {
    const [fill_, open, data, claim, reveal] = this.windows;
    fill(
      this.sealedFields,
      field("Data window, hours", data),
      field("Claim window, hours", claim),
      field("Reveal window, hours", reveal),
      field("Rounds", this.rounds, "Of a federated job."),
      field("Largest norm of an update", this.normBound,
        "Of a federated job; 65,536 is 1. Keep it close to that of an honest update."),
    );
    const update = () => this.#preview();
    const controls = [
      h("fieldset", { oninput: update }, h("legend", {}, "The model"),
        field("Architecture", this.arch, "A DML-1 ArchSpec, as deml pack arch makes it."),
        field("Base model", this.base, "The weights to improve, full and int32."),
        field("Evaluation data", this.data, "One file; sealed federated jobs one for each round."),
        field("Submissions are", this.dtype)),
      h("fieldset", { oninput: update }, h("legend", {}, "The offer"),
        field("How to pay", this.payout),
        h("label", { class: "check" }, this.sealed,
          "Sealed: the data stays secret until clients have committed"),
        h("div", { class: "columns" },
          field("Reward", this.reward, "For each slot; a pool when it is shared."),
          field("Slots", this.slots),
          field("One step, per cent", this.step, "The improvement that is worth a reward."),
          field("Client's bond", this.clientBond, "At least a twentieth of the reward."),
          field("Your bond for each slot", this.sponsorBond),
          field("Room and scoring at most", this.maxRent,
            "Ether that does not come back: rent when the machine is over half full, and for work."),
          field("ERC-20 token", this.token, "Its address, or nothing for Ether."))),
      h("fieldset", {}, h("legend", {}, "Time"),
        h("div", { class: "columns" },
          field("Content window, hours", fill_, "For you to deliver model and data."),
          field("Open window, hours", open, "For clients to commit and submit.")),
        this.sealedFields),
      h("details", {}, h("summary", {}, "What clients run and need"),
        field("Trainer", this.trainer, "A CID; served, never interpreted."),
        field("Data description", this.metadata, "A CID; served, never interpreted.")),
      this.summary,
    ];
    this.sealed.addEventListener("change", () => this.#toggle());
    this.payout.addEventListener("change", () => this.#toggle());
    return h("section", { class: "narrow" }, h("h1", {}, "Post a job"),
      actionForm({ button: "Post and upload", controls, run: (say) => this.#run(say) }));
  }

  // Everything but Posted must be sealed.
  #toggle() {
    if (this.payout.value !== "0") this.sealed.checked = true;
    this.sealed.disabled = this.payout.value !== "0";
    this.sealedFields.hidden = !this.sealed.checked;
    this.windows[1].min = String(this.sealed.checked ? WINDOWS[1][0] : LEAST_OPEN);
    for (const control of this.sealedFields.querySelectorAll("input")) {
      control.disabled = !this.sealed.checked;
    }
  }

  async #preview() {
    if (!this.arch.files[0] || !this.base.files[0] || !this.data.files[0]) return;
    try {
      const { terms, content, needs } = await this.#read();
      const asset = this.#asset(terms);
      const { rent } = await this.session.node.inspect(
        `rent?bytes=${needs.reserved}&seconds=${needs.seconds}`);
      fill(this.summary, facts([
        ["Parameters", content.model.parameters.toLocaleString("en")],
        ["Samples", `${terms.samples.toLocaleString("en")} of ${content.header.features} features`],
        ["Base model", h("span", { class: "mono wrap" }, content.base.text)],
        ["You escrow", amount(needs.escrow, asset)],
        ["Storage bond", `${amount(needs.storage, ETHER)} for ${bytesText(needs.reserved)}`],
        ["Rent now", `${amount(rent, ETHER)} for ${duration(needs.seconds)} at the longest`],
      ]));
    } catch (error) {
      fill(this.summary, h("p", { class: "status failed" }, error.message));
    }
  }

  #asset(terms) {
    return BigInt(terms.token) === 0n ? { kind: "ether" } : { kind: "erc20", token: terms.token };
  }

  // The terms, the content behind them, and what they cost. Sealed: the salts are kept here.
  async #read() {
    const arch = await fileOf(this.arch, "the architecture");
    const shape = readArchitecture(arch);
    const baseBlob = await fileOf(this.base, "the base model");
    const model = readModel(baseBlob);
    if (model.delta || model.dtype !== 4) {
      throw new Error("The base model must be full and int32.");
    }
    const blobs = [];
    for (const file of this.data.files) blobs.push(new Uint8Array(await file.arrayBuffer()));
    if (blobs.length === 0) throw new Error("Choose the file of the evaluation data.");
    const header = readData(blobs[0]);
    const base = await identify(baseBlob);
    const data = await Promise.all(blobs.map(identify));
    const sealed = this.sealed.checked;
    const rounds = this.payout.value === "3" ? Number(this.rounds.value) : 1;
    if (data.length !== rounds) {
      throw new Error(`Choose ${rounds} file${rounds > 1 ? "s" : ""} of evaluation data.`);
    }
    const token = this.token.value.trim() || NOBODY;
    const decimals = token === NOBODY ? 18 : 0;
    const slots = Number(this.slots.value);
    const windows = this.windows.map((control, index) =>
      sealed || index < 2 ? Math.round(Number(control.value) * HOUR) : 0);
    if (sealed && this.payout.value === "3") windows[3] = 0;
    const terms = {
      payout: Number(this.payout.value),
      sealed,
      token,
      reward: parseDecimal(this.reward.value, decimals),
      slots,
      rounds,
      clientBond: parseDecimal(this.clientBond.value, decimals),
      sponsorBond: parseDecimal(this.sponsorBond.value, decimals),
      minImprovementPpm: Math.round(Number(this.step.value) * 10_000),
      normBound: this.payout.value === "3" ? BigInt(this.normBound.value) : 0n,
      arch,
      baseModelCid: base.cid,
      samples: header.samples,
      xDtype: header.xDtype,
      yKind: header.yKind,
      modelDtype: Number(this.dtype.value),
      trainerCid: utf8(this.trainer.value.trim()),
      metadataCid: utf8(this.metadata.value.trim()),
      evaluation: [],
      jobSalt: random(32),
      windows,
      allowListRoot: new Uint8Array(32),
    };
    const reserved = reservedBytes({
      arch: shape, dataSize: blobs[0].length, samples: terms.samples, model,
      modelDtype: terms.modelDtype, slots, rounds: terms.payout === 3 ? rounds : null,
    });
    const pool = terms.payout === 0 ? terms.reward * BigInt(slots) : terms.reward;
    const needs = {
      escrow: pool + terms.sponsorBond * BigInt(slots),
      storage: BigInt(reserved) * GWEI,
      reserved,
      seconds: lifespan(terms),
      maxRent: parseDecimal(this.maxRent.value),
    };
    const content = { header, model, base: { ...base, blob: baseBlob },
      data: data.map((item, index) => ({ ...item, blob: blobs[index] })) };
    return { terms, content, needs };
  }

  // Puts in what the evaluation is judged by: the hash of the data, or sealed commitments to it.
  #sealData(terms, data) {
    if (!terms.sealed) return [data[0].digest];
    return data.map(({ digest }, round) => {
      const salt = random(32);
      const commitment = dataCommitment({
        chain: this.session.chain,
        sponsor: this.session.account,
        jobSalt: terms.jobSalt,
        round,
        salt,
        digest,
      });
      this.session.keepSecret(dataSecret(commitment), salt);
      return commitment;
    });
  }

  async #run(say) {
    const { session } = this;
    session.requireWallet();
    say("Reading the files…");
    const { terms, content, needs } = await this.#read();
    terms.evaluation = this.#sealData(terms, content.data);
    say("Posting…");
    const notices = await this.#post(terms, needs);
    const posted = notices.find((notice) => notice.name === "JobPosted");
    if (!posted) throw new Error("The job was not posted.");
    if (posted.arguments.termsHash !== hex(termsHash(session.abi, terms))) {
      throw new Error("The application has other terms than those that were sent.");
    }
    const jobId = Number(posted.arguments.jobId);
    const parts = [["base model", content.base]];
    if (!terms.sealed) parts.push(["evaluation data", content.data[0]]);
    for (const [what, part] of parts) {
      await upload(session, {
        jobId,
        cid: part.cid,
        blob: part.blob,
        progress: (sent, total) =>
          say(`Job ${jobId}: ${what}, ${bytesText(sent)} of ${bytesText(total)}`, sent / total),
      });
    }
    location.hash = `#/jobs/${jobId}`;
    return `Job ${jobId} is posted.`;
  }

  // Pays what the balance lacks along with the message. What rent and scoring do not take of their
  // limit stays in the balance.
  async #post(terms, needs) {
    const { session } = this;
    const { balances } = await session.node.inspect(`accounts/${session.account}`);
    const held = (kind, token) =>
      BigInt(balances.items.find((item) => item.kind === kind &&
        (item.token ?? NOBODY).toLowerCase() === token.toLowerCase())?.amount ?? 0);
    const message = { terms, maxRent: needs.maxRent };
    const ether = needs.storage + needs.maxRent;
    if (terms.token === NOBODY) {
      const lacking = needs.escrow + ether - held("ether", NOBODY);
      return session.send("postJob", message, lacking > 0n ? { ether: lacking } : {});
    }
    const lackingEther = ether - held("ether", NOBODY);
    if (lackingEther > 0n) {
      const input = await session.chain.depositEther(session.wallet, lackingEther);
      await session.settled(input);
    }
    const lacking = needs.escrow - held("erc20", terms.token);
    const options = lacking > 0n ? { token: { address: terms.token, value: lacking } } : {};
    return session.send("postJob", message, options);
  }
}

