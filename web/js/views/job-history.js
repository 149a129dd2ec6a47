// What notices tell of a job: scores, rounds and payouts, also after it has ended.

import { cidText } from "../cid.js";
import { scoreChart } from "../chart.js";
import { h, table } from "../dom.js";
import { account, accuracy, etherOrToken, improvement, lossText, short } from "../format.js";

// Chart and table of everything that was scored.
export function scoresSection(session, job, notices) {
  const scored = notices.filter((notice) => notice.name === "SubmissionScored");
  const rounds = notices.filter((notice) => notice.name === "RoundClosed");
  const parts = [h("h2", {}, "Submissions")];
  if (scored.length === 0 && rounds.length === 0) {
    return [...parts, h("p", { class: "empty" }, "Nothing was scored yet.")];
  }
  if (job.payout === "federated") return federatedSections(session, job, notices);
  const samples = Number(scored[0].arguments.samples);
  // A blob that is no model has the largest loss there is and would flatten everything else.
  const worst = BigInt(samples) << 34n;
  const points = scored
    .map((notice) => notice.arguments)
    .filter((score) => score.loss < worst)
    .map((score) => ({
      loss: score.loss,
      correct: Number(score.correct),
      accepted: score.accepted,
      label: `${short(score.client)}, ${score.accepted ? "accepted" : "not accepted"}`,
    }));
  const base = { loss: job.baseLoss ?? scored[0].arguments.baseLoss,
    correct: job.baseCorrect ?? null };
  return [
    ...parts,
    points.length > 0 && scoreChart(points, base, samples),
    scoreTable(session, scored, samples),
  ];
}

// FEDERATED: what counts is the global model of each round. A score is the loss of the mean without
// one update, against that of the mean of all.
function federatedSections(session, job, notices) {
  const named = (name) => notices.filter((notice) => notice.name === name);
  const rounds = named("RoundClosed");
  // A global model that the sponsor has uploaded is the base model still.
  const uploaded = new Set(named("ContentStored")
    .filter((notice) => notice.arguments.uploader.toLowerCase() === job.sponsor.toLowerCase())
    .map((notice) => cidText(notice.arguments.cid)));
  let global = null;
  const points = rounds
    .map((notice) => notice.arguments)
    .map((round) => {
      const cid = cidText(round.globalCid);
      const isNew = global === null ? !uploaded.has(cid) : cid !== global;
      global = cid;
      return {
        loss: round.loss, correct: 0, accepted: isNew, label: `round ${Number(round.round) + 1}`,
      };
    })
    .filter((round) => round.loss > 0n);
  const names = {
    axis: "round", accepted: "new global model", refused: "the old one stays",
    line: "global model",
  };
  const start = { loss: null, correct: null };
  return [
    h("h2", {}, "Rounds"),
    points.length > 0 && scoreChart(points, start, job.samples, names),
    roundTable(job, rounds),
    h("h2", {}, "Updates"),
    updateTable(session, job, named("SubmissionScored")),
  ];
}

function updateTable(session, job, scored) {
  const worst = BigInt(job.samples) << 34n;
  return table(
    "Updates",
    [
      { title: "Round", number: true }, { title: "Client" },
      { title: "Loss without it", number: true }, { title: "Adds", number: true },
      { title: "Result" }, { title: "Update" },
    ],
    scored.map(({ arguments: score }) => {
      const counts = score.loss < worst;
      const cid = cidText(score.modelCid);
      return [
        String(Number(score.round) + 1),
        account(score.client, session.account),
        counts ? lossText(score.loss, job.samples) : "–",
        counts && score.baseLoss > 0n ? improvement(score.baseLoss, score.loss) : "–",
        counts
          ? score.accepted
            ? h("span", { class: "badge settled" }, "helps")
            : h("span", { class: "badge" }, "does not help")
          : h("span", { class: "badge defaulted" }, "does not count"),
        h("span", { class: "mono", title: cid }, `…${cid.slice(-8)}`),
      ];
    }),
    "No update was scored yet.",
  );
}

function scoreTable(session, scored, samples) {
  const rows = scored.map(({ arguments: score }, index) => [
    String(index + 1),
    account(score.client, session.account),
    lossText(score.loss, samples),
    score.baseLoss > 0n ? improvement(score.loss, score.baseLoss) : "–",
    accuracy(score.correct, samples),
    score.accepted
      ? h("span", { class: "badge settled" }, "accepted")
      : h("span", { class: "badge" }, "not accepted"),
    h("span", { class: "mono", title: cidText(score.modelCid) },
      `…${cidText(score.modelCid).slice(-8)}`),
  ]);
  return table(
    "Scored submissions",
    [
      { title: "#", number: true }, { title: "Client" }, { title: "Loss", number: true },
      { title: "Better by", number: true }, { title: "Right", number: true }, { title: "Result" },
      { title: "Model" },
    ],
    rows,
    "",
  );
}

function roundTable(job, rounds) {
  return table(
    "Rounds",
    [{ title: "Round", number: true }, { title: "Loss", number: true },
      { title: "Global model" }],
    rounds.map(({ arguments: round }) => [
      String(Number(round.round) + 1),
      round.loss > 0n ? lossText(round.loss, job.samples) : "nobody delivered",
      h("span", { class: "mono wrap" }, cidText(round.globalCid)),
    ]),
    "No round is over yet.",
  );
}

// Rewards, and bonds that were burned.
export function payoutTable(session, job, notices) {
  const rows = notices
    .filter((notice) => notice.name === "RewardIssued" || notice.name === "BondForfeited")
    .map(({ name, arguments: event }) =>
      name === "RewardIssued"
        ? [account(event.client, session.account), "reward", etherOrToken(event.amount, event.token)]
        : ["nobody: burned", ["bond of ", account(event.client, session.account)],
            etherOrToken(event.amount, job.asset.token ?? `0x${"0".repeat(40)}`)],
    );
  return [
    h("h2", {}, "Payouts"),
    table(
      "Payouts",
      [{ title: "To" }, { title: "What" }, { title: "Amount", number: true }],
      rows,
      "Nobody was paid yet.",
    ),
  ];
}
