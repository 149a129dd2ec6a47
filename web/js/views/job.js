// One job: what it wants, how it stands, what was submitted, and what one can do.

import { DTYPE_NAME } from "../blobs.js";
import { text, unhex } from "../bytes.js";
import { facts, fill, h, table } from "../dom.js";
import {
  account, accuracy, amount, bytesText, countdown, duration, isOver, lossText, percent, phaseBadge,
  phaseMeaning, time,
} from "../format.js";
import { PAYOUTS } from "../terms.js";
import { jobActions } from "./job-actions.js";
import { payoutTable, scoresSection } from "./job-history.js";

export function jobView(session, id) {
  const summary = h("div");
  const actions = h("div");
  const scores = h("div");
  const leaderboard = h("div");
  const slots = h("div");
  const payouts = h("div");
  const messages = h("div");
  const files = h("div");
  const terms = h("div");
  let actionsFor = null;

  const view = {
    title: `Job ${id}`,
    node: h(
      "section",
      { class: "job" },
      h("p", {}, h("a", { href: "#/" }, "All jobs")),
      summary,
      actions,
      scores,
      leaderboard,
      payouts,
      slots,
      messages,
      files,
      terms,
    ),
    async refresh() {
      const [{ job }, notices] = await Promise.all([
        session.node.inspect(`jobs/${id}`),
        session.notices.ofJob(id),
      ]);
      const isLive = !isOver(job.phase);
      const [submissions, board, said, stored] = isLive
        ? await Promise.all([
            session.node.inspect(`jobs/${id}/submissions`),
            session.node.inspect(`jobs/${id}/leaderboard`),
            session.node.inspect(`jobs/${id}/messages`).catch(() => ({ messages: [] })),
            session.node.inspect(`jobs/${id}/files`),
          ])
        : [{ slots: [] }, { leaderboard: [] }, { messages: [] }, { files: [] }];
      fill(summary, heading(session, job), numbers(session, job));
      fill(scores, scoresSection(session, job, notices));
      fill(leaderboard, isLive && leaderboardSection(session, job, board.leaderboard));
      fill(payouts, payoutTable(session, job, notices));
      fill(slots, isLive && slotsSection(session, job, submissions.slots));
      fill(messages, messagesSection(session, said.messages));
      fill(files, isLive && filesSection(session, stored.files));
      fill(terms, termsSection(job, notices));
      // Forms stay as they are until something else can be done.
      const mine = submissions.slots.find((slot) => session.isMe(slot.client)) ?? null;
      const key = JSON.stringify([session.account, job.phaseNow, job.round, mine?.stage,
        mine?.due, job.slotsTaken < job.slots, mine?.claim, isDue(session, job)]);
      if (key !== actionsFor) {
        actionsFor = key;
        fill(actions, jobActions(session, job, mine, isDue(session, job)));
      }
    },
  };
  return view;
}

// Whether time alone has changed the job since the last message to it.
function isDue(session, job) {
  const isPast = job.nextDeadline !== null && job.nextDeadline <= session.now();
  return !isOver(job.phase) && (isPast || job.phase !== job.phaseNow);
}

function heading(session, job) {
  return [
    h("div", { class: "row spread" }, h("h1", {}, `Job ${job.id}`), phaseBadge(job.phaseNow)),
    h(
      "p",
      {},
      `This job ${phaseMeaning(job.phaseNow)}`,
      job.reason ? ` (${job.reason})` : "",
      ". ",
      !isOver(job.phaseNow) && job.nextDeadline
        ? ["Time left: ", countdown(job.nextDeadline), "."]
        : null,
      job.endedAt ? ["It ended ", time(job.endedAt), "."] : null,
      job.advancesLeft > 0 &&
        ` Scores are pending: ${job.advancesLeft} more message${job.advancesLeft > 1 ? "s" : ""}` +
          " to the job will do them.",
    ),
    isDue(session, job) &&
      h("p", { class: "hint" },
        "A deadline has passed. The next message to the job does what is due, money included; ",
        "anybody may send “Advance”."),
  ];
}

function numbers(session, job) {
  const payout = PAYOUTS.find((mode) => mode.name === job.payout);
  const best = job.bestLoss ?? job.lossToBeat;
  return facts([
    ["Reward", amount(job.reward, job.asset)],
    ["Paid out", `${job.sealed ? "Sealed. " : ""}${payout?.title ?? job.payout}: ${payout?.text}`],
    job.minImprovementPpm !== undefined && ["One step",
      `${percent(job.minImprovementPpm / 1e6)} less loss`],
    ["Slots", `${job.slotsTaken} of ${job.slots} taken, ${job.slotsPaid} paid`],
    job.rounds > 1 && ["Round", `${(job.round ?? job.rounds - 1) + 1} of ${job.rounds}`],
    ["Sponsor", account(job.sponsor, session.account)],
    job.baseLoss && ["Loss at first", lossText(job.baseLoss, job.samples)],
    best && ["Best loss", lossText(best, job.samples)],
    job.trust && ["Trust", job.trust === "data"
      ? "only that the data makes sense"
      : "the sponsor: others' models change what you are paid"],
  ]);
}

function leaderboardSection(session, job, entries) {
  return [
    h("h2", {}, "Leaderboard"),
    table(
      "Leaderboard",
      [
        { title: "#", number: true }, { title: "Client" }, { title: "Loss", number: true },
        { title: "Right", number: true }, { title: "Paid", number: true },
      ],
      entries.map((entry) => [
        String(entry.rank),
        account(entry.client, session.account),
        lossText(entry.loss, job.samples),
        entry.correct === undefined ? "claimed" : accuracy(entry.correct, job.samples),
        entry.paid && entry.paid !== "0" ? amount(entry.paid, job.asset) : "–",
      ]),
      "Nobody has a score yet.",
    ),
  ];
}

const STAGES = {
  accepted: "has a slot",
  committed: "has committed",
  submitted: "has submitted",
  paid: "is paid",
  vacant: "is free again",
};
const BONDS = { held: "held", returned: "returned", burned: "burned" };

function slotsSection(session, job, slots) {
  return [
    h("h2", {}, "Clients"),
    table(
      "Clients",
      [{ title: "Slot", number: true }, { title: "Client" }, { title: "Stage" },
        { title: "Bond" }, { title: "Since" }],
      slots.map((slot) => [
        String(slot.slot),
        account(slot.client, session.account),
        [
          STAGES[slot.stage] ?? slot.stage,
          slot.attempts.length > 0 && `, ${slot.attempts.length} scored`,
          slot.submitFrom &&
            [", may submit ", countdown(slot.submitFrom, { before: "in ", past: "now" })],
          slot.claim && `, claims ${lossText(slot.claim, job.samples)}`,
          slot.due && slot.due !== "notDue" && `, ${slot.due}`,
        ],
        BONDS[slot.bond] ?? slot.bond,
        time(slot.committedAt ?? slot.acceptedAt),
      ]),
      "No slot is taken yet.",
    ),
  ];
}

// What has come of each file: a stream that one account sends in order.
function filesSection(session, files) {
  return [
    h("h2", {}, "Files"),
    table(
      "Files",
      [{ title: "File" }, { title: "From" }, { title: "CID" }, { title: "Bytes", number: true },
        { title: "State" }],
      files.map((file) => [
        file.slot === null ? file.kind : `${file.kind} of slot ${file.slot}`,
        file.owner ? account(file.owner, session.account) : "the application",
        h("span", { class: "mono", title: file.cid }, `…${file.cid.slice(-8)}`),
        `${file.received.toLocaleString("en")} of ${file.size.toLocaleString("en")}`,
        file.inUse ? "whole, in use"
          : file.whole ? "whole" : `byte ${file.due.toLocaleString("en")} is due`,
      ]),
      "Nothing was uploaded yet.",
    ),
  ];
}

function messagesSection(session, messages) {
  if (messages.length === 0) return null;
  return [
    h("h2", {}, "Messages"),
    h(
      "ul",
      { class: "messages" },
      messages.map((message) =>
        h(
          "li",
          {},
          h("p", { class: "hint" }, account(message.from, session.account), " to ",
            account(message.to, session.account), ", ", time(message.sentAt)),
          h("p", {}, text(unhex(message.body))),
        ),
      ),
    ),
  ];
}

function termsSection(job, notices) {
  const ether = { kind: "ether" };
  const paid = notices.find((notice) => notice.name === "RentPaid")?.arguments;
  const price = paid && ["Paid for good", `${amount(paid.rent, ether)} of rent, ${
    amount(paid.scoring, ether)} for scoring`];
  if (!job.terms) {
    return [h("h2", {}, "Terms"), facts([price, ["Terms hash", mono(job.termsHash)]])];
  }
  const { terms, content, cost } = job;
  const names = ["fill", job.sealed ? "commit" : "open", "data", "claim", "reveal"];
  const windows = terms.windows
    .map((seconds, index) => [names[index], seconds])
    .filter(([, seconds]) => seconds > 0)
    .map(([name, seconds]) => `${name} ${duration(seconds)}`)
    .join(", ");
  const state = (isStored) => (isStored ? " (stored)" : " (not there yet)");
  return [
    h("h2", {}, "Terms"),
    facts([
      ["Model", `${terms.parameters.toLocaleString("en")} parameters, submitted as ` +
        DTYPE_NAME[terms.modelDtype]],
      ["Evaluation", `${job.samples.toLocaleString("en")} samples, ${bytesText(content.dataSize)}`],
      ["Client's bond", amount(terms.clientBond, job.asset)],
      ["Sponsor's bond", `${amount(terms.sponsorBond, job.asset)} for each slot`],
      ["Windows", windows],
      ["Base model", [mono(content.baseModelCid), state(content.baseModelStored)]],
      content.dataCid && ["Data", [mono(content.dataCid), state(content.dataStored)]],
      job.bestModelCid && ["Best model", mono(job.bestModelCid)],
      terms.trainerCid && ["Trainer", mono(terms.trainerCid)],
      terms.metadataCid && ["What data is needed", mono(terms.metadataCid)],
      ["Storage", `${bytesText(cost.reservedBytes)} reserved, a bond of ${
        amount(cost.storageBond, ether)} for it`],
      price,
      ["Ends at the latest", time(job.endsBy)],
      ["Terms hash", mono(job.termsHash)],
    ]),
  ];
}

const mono = (value) => h("span", { class: "mono wrap" }, value);

