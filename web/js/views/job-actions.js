// What an account can do in a job, by phase and role.

import { actionForm, fileInput, fileOf } from "../actions.js";
import { random, unhex, utf8 } from "../bytes.js";
import { identify } from "../cid.js";
import { field, h } from "../dom.js";
import { amount, isEther, isOver } from "../format.js";
import { boundDigest, commitSecret, dataSecret, modelCommitment } from "../terms.js";
import { upload } from "../upload.js";

// The forms for the acting account; `slot` is its slot, or null. `isDue` when time has done
// something to the job that no message has made so yet.
export function jobActions(session, job, slot, isDue) {
  if (isOver(job.phase)) return null;
  if (!session.account) {
    return h("p", { class: "empty" }, "Choose an account at the top of the page to take part.");
  }
  const context = { session, job, slot };
  const forms = [
    ...(session.isMe(job.sponsor) ? sponsorForms(context) : []),
    ...clientForms(context),
    advanceForm(context, isDue),
  ].filter(Boolean);
  return [h("h2", {}, "What you can do"), h("div", { class: "columns" }, forms)];
}

const panel = (title, ...content) =>
  h("section", { class: "card" }, h("h3", {}, title), content);

function sponsorForms({ session, job, slot }) {
  const { content } = job;
  const forms = [];
  if (job.phaseNow === "filling") {
    if (!content.baseModelStored) {
      forms.push(contentForm(session, job, "the base model", content.baseModelCid));
    }
    if (content.dataCid && !content.dataStored) {
      forms.push(contentForm(session, job, "the evaluation data", content.dataCid));
    }
  }
  if (job.phaseNow === "data") forms.push(revealDataForm(session, job));
  if (["filling", "open", "commit"].includes(job.phaseNow) && job.round === 0) {
    forms.push(
      panel("Cancel", h("p", { class: "hint" }, "Possible until somebody has committed."),
        actionForm({
          button: "Cancel the job",
          danger: true,
          run: async () => {
            await session.send("cancelJob", { jobId: job.id });
            return "Cancelled; all but rent and the price of scoring went back.";
          },
        })),
    );
  }
  if (!slot) forms.push(messageForm(session, job));
  return forms;
}

function contentForm(session, job, what, expected) {
  const file = fileInput();
  return panel(
    `Deliver ${what}`,
    actionForm({
      button: "Upload",
      controls: [field("File", file)],
      run: async (say) => {
        const blob = await fileOf(file, what);
        const { cid, text } = await identify(blob);
        if (text !== expected) throw new Error(`This is not ${what}: its CID is ${text}.`);
        await upload(session, { jobId: job.id, cid, blob, progress: progressOf(say) });
        return `Delivered ${what}.`;
      },
    }),
  );
}

function revealDataForm(session, job) {
  const file = fileInput();
  const commitment = unhex(job.terms.evaluation[job.round]);
  return panel(
    "Reveal the evaluation data",
    actionForm({
      button: "Upload and reveal",
      controls: [field("Data of this round", file)],
      run: async (say) => {
        const blob = await fileOf(file, "the data");
        const salt = session.secret(dataSecret(commitment));
        if (!salt) throw new Error("The salt of this round is not in this browser.");
        const { cid } = await identify(blob);
        await upload(session, { jobId: job.id, cid, blob, progress: progressOf(say) });
        await session.send("revealData", { jobId: job.id, dataCid: cid, salt });
        return "Revealed.";
      },
    }),
  );
}

function clientForms({ session, job, slot }) {
  const isAccepting = ["filling", "open", "commit"].includes(job.phaseNow);
  if (!slot) {
    if (session.isMe(job.sponsor)) return [];
    return isAccepting && job.slotsTaken < job.slots ? [acceptForm(session, job)] : [];
  }
  const forms = [];
  const mayCommit = ["open", "commit"].includes(job.phaseNow);
  if (mayCommit && ["accepted", "committed"].includes(slot.stage)) forms.push(commitForm(session, job, slot));
  if (job.phaseNow === "claim" && slot.stage === "committed") {
    forms.push(claimForm(session, job));
  }
  const maySubmit = job.phaseNow === "open" || (job.phaseNow === "reveal" && slot.due !== "notDue");
  if (maySubmit && slot.stage === "committed") forms.push(submitForm(session, job));
  forms.push(messageForm(session, job));
  return forms;
}

function acceptForm(session, job) {
  const payout = h("input", { placeholder: session.account, pattern: "0x[0-9a-fA-F]{40}",
    autocomplete: "off" });
  const toBalance = h("input", { type: "checkbox" });
  const bond = BigInt(job.terms.clientBond);
  return panel(
    "Take a slot",
    h("p", {}, `The bond is ${amount(bond, job.asset)}. It comes back when you deliver the model `,
      "that you commit to, and is burned when you do not."),
    actionForm({
      button: "Take a slot",
      controls: [
        field("Pay rewards to", payout, "An address that gets vouchers; yours when empty."),
        h("label", { class: "check" }, toBalance, "Credit my balance here instead"),
      ],
      run: async () => {
        const receiver = toBalance.checked
          ? `0x${"0".repeat(40)}`
          : payout.value.trim() || session.account;
        const values = { jobId: job.id, termsHash: job.termsHash, payout: receiver, proof: [] };
        await session.send("acceptJob", values, await missing(session, job, bond));
        return "The slot is yours.";
      },
    }),
  );
}

// How to pay what the balance lacks of `needed` along with a message.
async function missing(session, job, needed) {
  const { balances } = await session.node.inspect(`accounts/${session.account}`);
  const held = balances.items.find(
    (item) => item.kind === job.asset.kind && item.token === job.asset.token,
  );
  const lacking = needed - BigInt(held?.amount ?? 0);
  if (lacking <= 0n) return {};
  return isEther(job.asset)
    ? { ether: lacking }
    : { token: { address: job.asset.token, value: lacking } };
}

function commitForm(session, job, slot) {
  const file = fileInput();
  const relayed = h("input", { type: "checkbox" });
  const canRelay = session.wallet.canSign && session.developerURL;
  const age = job.phaseNow === "open" ? " Ten minutes later you can submit it." : "";
  return panel(
    slot.stage === "committed" ? "Commit to another model" : "Commit to a model",
    h("p", { class: "hint" }, "Only a hash is sent; the model stays here for now.", age),
    actionForm({
      button: "Commit",
      controls: [
        field("Model", file),
        canRelay && h("label", { class: "check" }, relayed, "Only sign; a relayer sends it"),
      ].filter(Boolean),
      run: async () => {
        const blob = await fileOf(file, "the model");
        const bound = await boundDigest(session.account, blob);
        const salt = random(32);
        const commitment = modelCommitment({
          chain: session.chain,
          jobId: job.id,
          round: job.round,
          client: session.account,
          bound,
          salt,
        });
        // Kept before it is sent: without the salt the commitment cannot be opened.
        const secret = new Uint8Array(64);
        secret.set(salt);
        secret.set(bound, 32);
        session.keepSecret(commitSecret(job.id, job.round, session.account), secret);
        await session.send("commit", { jobId: job.id, commitment },
          { relayed: relayed.checked });
        return "Committed. Keep the file, and this browser's storage: it has the salt.";
      },
    }),
  );
}

function claimForm(session, job) {
  const loss = h("input", { required: true, inputmode: "numeric", pattern: "[0-9]+" });
  return panel(
    "Claim your loss",
    actionForm({
      button: "Claim",
      controls: [field("Exact loss", loss, "The whole number that deml score prints.")],
      run: async () => {
        await session.send("claim", { jobId: job.id, loss: BigInt(loss.value) });
        return "Claimed.";
      },
    }),
  );
}

function submitForm(session, job) {
  const file = fileInput();
  return panel(
    "Submit your model",
    actionForm({
      button: "Upload and submit",
      controls: [field("Model", file, "The very file that you committed to.")],
      run: async (say) => {
        const blob = await fileOf(file, "the model");
        const { cid } = await identify(blob);
        const bound = await boundDigest(session.account, blob);
        const secret = session.secret(commitSecret(job.id, job.round, session.account));
        if (!secret) throw new Error("The salt of your commitment is not in this browser.");
        if (bound.some((byte, index) => byte !== secret[32 + index])) {
          throw new Error("This is not the file that you committed to.");
        }
        const values = {
          jobId: job.id,
          modelCid: cid,
          dataCid: utf8(job.content.dataCid),
          salt: secret.slice(0, 32),
        };
        await upload(session, { jobId: job.id, cid, blob, progress: progressOf(say) });
        const notices = await session.send("submit", values);
        const score = notices.find((notice) => notice.name === "SubmissionScored");
        if (!score) return "Submitted; it will be scored.";
        return score.arguments.accepted
          ? "Accepted: your model is the one to beat now."
          : "Scored, but not better by a whole step.";
      },
    }),
  );
}

function messageForm(session, job) {
  const to = h("input", { required: true, pattern: "0x[0-9a-fA-F]{40}",
    value: session.isMe(job.sponsor) ? "" : job.sponsor });
  const body = h("textarea", { required: true, rows: "2", maxlength: "512" });
  return h(
    "details",
    { class: "card" },
    h("summary", {}, "Write a message"),
    actionForm({
      button: "Send",
      controls: [field("To", to), field("Message", body, "Everybody can read it.")],
      run: async () => {
        const values = { jobId: job.id, to: to.value.trim(), body: utf8(body.value) };
        await session.send("sendMessage", values);
        body.value = "";
        return "Sent.";
      },
    }),
  );
}

function advanceForm({ session, job }, isDue) {
  return h(
    "details",
    { class: "card", open: isDue },
    h("summary", {}, "Move the job on"),
    h("p", { class: "hint" },
      "Does what is due by now: deadlines, scoring, settlement. Anybody may."),
    actionForm({
      button: "Advance",
      run: async () => {
        // A job that time has ended takes no message any more, but the message has ended it.
        const notices = await session.send("advance", { jobId: job.id }).catch((error) => {
          if (error.notices?.length) return error.notices;
          throw error;
        });
        return notices.length
          ? `Done: ${notices.map((notice) => notice.name).join(", ")}.`
          : "Nothing was due.";
      },
    }),
  );
}

const progressOf = (say) => (sent, total) =>
  say(`${sent.toLocaleString("en")} of ${total.toLocaleString("en")} bytes`, sent / total);

