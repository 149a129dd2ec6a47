// The list of jobs.

import { fill, h } from "../dom.js";
import {
  account, amount, countdown, isOver, lossText, percent, phaseBadge,
} from "../format.js";
import { PAYOUTS } from "../terms.js";

const PAGE = 20;
const FILTERS = ["", "filling", "open", "commit", "data", "claim", "reveal", "score", "settled",
  "cancelled", "defaulted"];

export function jobsView(session) {
  let offset = 0;
  let phase = "";
  const list = h("div", { "aria-live": "off" });
  const pages = h("div", { class: "row pages" });
  const filter = h(
    "select",
    {
      "aria-label": "Phase",
      onchange: () => {
        phase = filter.value;
        offset = 0;
        view.refresh();
      },
    },
    FILTERS.map((name) => h("option", { value: name }, name || "all phases")),
  );

  const view = {
    title: "Jobs",
    node: h(
      "section",
      {},
      h(
        "div",
        { class: "row spread" },
        h("h1", {}, "Jobs"),
        h("div", { class: "row" }, filter, h("a", { class: "button", href: "#/post" }, "Post a job")),
      ),
      list,
      pages,
    ),
    async refresh() {
      const query = `jobs?offset=${offset}&limit=${PAGE}${phase ? `&phase=${phase}` : ""}`;
      const answer = await session.node.inspect(query);
      fill(
        list,
        answer.jobs.length === 0
          ? h(
              "p",
              { class: "empty" },
              phase ? "No job is in this phase. " : "There is no job yet. ",
              h("a", { href: "#/post" }, "Post the first one."),
            )
          : h("ul", { class: "cards" }, answer.jobs.map((job) => card(session, job))),
      );
      fill(pages, pager(answer));
    },
  };

  function pager({ total, next }) {
    if (total <= PAGE) return null;
    const go = (to) => () => {
      offset = to;
      view.refresh();
    };
    return [
      h("button", { type: "button", class: "quiet", disabled: offset === 0,
        onclick: go(Math.max(0, offset - PAGE)) }, "Earlier"),
      h("span", {}, `${offset + 1}–${Math.min(total, offset + PAGE)} of ${total}`),
      h("button", { type: "button", class: "quiet", disabled: next === null, onclick: go(next) },
        "Later"),
    ];
  }
  return view;
}

function card(session, job) {
  const payout = PAYOUTS.find((mode) => mode.name === job.payout);
  const best = job.bestLoss ?? job.lossToBeat;
  const gained =
    job.baseLoss && best && BigInt(job.baseLoss) > 0n
      ? 1 - Number(BigInt(best)) / Number(BigInt(job.baseLoss))
      : 0;
  return h(
    "li",
    { class: "card" },
    h(
      "div",
      { class: "row spread" },
      h("h2", {}, h("a", { href: `#/jobs/${job.id}` }, `Job ${job.id}`)),
      phaseBadge(job.phaseNow),
    ),
    h(
      "p",
      { class: "big" },
      amount(job.reward, job.asset),
      h("span", { class: "unit" }, job.payout === "posted" ? " for each step" : " to share"),
    ),
    h(
      "p",
      {},
      `${job.sealed ? "Sealed. " : ""}${payout?.title ?? job.payout}: `,
      payout?.text ?? "",
      job.minImprovementPpm ? `; a step is ${percent(job.minImprovementPpm / 1e6)}` : "",
      ".",
    ),
    h(
      "p",
      { class: "hint" },
      `${job.slotsTaken} of ${job.slots} slots taken, ${job.slotsPaid} paid`,
      job.baseLoss && ` · loss ${lossText(best ?? job.baseLoss, job.samples)}`,
      gained > 0 && ` (${percent(gained)} better than at first)`,
    ),
    h(
      "p",
      { class: "hint" },
      "by ",
      account(job.sponsor, session.account),
      !isOver(job.phaseNow) && job.nextDeadline
        ? [" · ends in ", countdown(job.nextDeadline)]
        : null,
    ),
  );
}
