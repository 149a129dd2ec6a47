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
  if (scored.length === 0) {
    return [...parts, h("p", { class: "empty" }, "Nothing was scored yet."), roundsOf(job, rounds)];
  }
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
    roundsOf(job, rounds),
  ];
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

function roundsOf(job, rounds) {
  if (rounds.length === 0) return null;
  return [
    h("h2", {}, "Rounds"),
    table(
      "Rounds",
      [{ title: "Round", number: true }, { title: "Loss", number: true }, { title: "Model" }],
      rounds.map(({ arguments: round }) => [
        String(Number(round.round) + 1),
        lossText(round.loss, job.samples),
        h("span", { class: "mono wrap" }, cidText(round.globalCid)),
      ]),
      "",
    ),
  ];
}

// Rewards and forfeited bonds.
export function payoutTable(session, job, notices) {
  const rows = notices
    .filter((notice) => notice.name === "RewardIssued" || notice.name === "BondForfeited")
    .map(({ name, arguments: event }) =>
      name === "RewardIssued"
        ? [account(event.client, session.account), "reward", etherOrToken(event.amount, event.token)]
        : [account(event.beneficiary, session.account),
            ["bond of ", account(event.client, session.account)],
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
