// A chart of measured models over the course of a job: one panel of loss, one of accuracy.

import { h } from "./dom.js";
import { meanLoss, percent } from "./format.js";

const WIDTH = 640;
const LEFT = 66;
const RIGHT = 14;
const PANEL = 150;
const TOP = 26;
const GAP = 46;

// Round numbers that span `low` to `high` in about four steps.
function ticks(low, high) {
  const span = high - low || Math.abs(high) || 1;
  const raw = span / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

// A panel: points [{ value, accepted, label }], a base value or null, and how to write a value.
function panel(title, top, points, base, write, x, className) {
  const values = points.map((point) => point.value);
  const spanned = base === null ? values : [base, ...values];
  const marks = ticks(Math.min(...spanned), Math.max(...spanned));
  const [low, high] = [marks[0], marks[marks.length - 1]];
  const y = (value) => top + PANEL * (1 - (value - low) / (high - low));
  const grid = marks.map((mark) => [
    h("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(mark), y2: y(mark) }),
    h("text", { class: "tick", x: LEFT - 8, y: y(mark) + 4, "text-anchor": "end" }, write(mark)),
  ]);
  // The best so far holds until something better is accepted.
  let path = base === null ? "" : `M ${LEFT} ${y(base)}`;
  points.forEach((point, index) => {
    if (path) path += ` H ${x(index)}`;
    if (point.accepted) path += path ? ` V ${y(point.value)}` : `M ${x(index)} ${y(point.value)}`;
  });
  if (path) path += ` H ${WIDTH - RIGHT}`;
  const dots = points.map((point, index) =>
    h(
      "circle",
      {
        class: `${className} ${point.accepted ? "accepted" : "refused"}`,
        cx: x(index),
        cy: y(point.value),
        r: 5,
      },
      h("title", {}, `${point.label}: ${write(point.value)}`),
    ),
  );
  return h(
    "g",
    {},
    h("text", { class: "title", x: LEFT, y: top - 10 }, title),
    grid,
    h("path", { class: `best ${className}`, d: path }),
    dots,
  );
}

const SUBMISSIONS = {
  axis: "submission", accepted: "accepted", refused: "not accepted", line: "to beat",
};

// `scores` are [{ loss, correct, accepted, label }], in order; `base` is { loss, correct }, either
// of them null where it is not known. Accuracy is left out where nothing counts as right, as in a
// regression. `names` say what a point is.
export function scoreChart(scores, base, samples, names = SUBMISSIONS) {
  const hasAccuracy = scores.some((score) => score.correct > 0);
  const height = TOP + PANEL + (hasAccuracy ? GAP + PANEL : 0) + 46;
  const inner = WIDTH - LEFT - RIGHT;
  const x = (index) => LEFT + (inner * (index + 1)) / (scores.length + 1);
  const losses = scores.map((score) => ({ ...score, value: meanLoss(score.loss, samples) }));
  const panels = [
    panel("Mean loss (lower is better)", TOP, losses, base.loss === null ? null : meanLoss(base.loss, samples),
      (value) => value.toFixed(3), x, "loss"),
  ];
  if (hasAccuracy) {
    const rates = scores.map((score) => ({ ...score, value: score.correct / samples }));
    const start = base.correct === null ? rates[0].value : base.correct / samples;
    panels.push(
      panel("Accuracy", TOP + PANEL + GAP, rates, start, (value) => percent(value, 0), x,
        "accuracy"),
    );
  }
  // Every label would be too many on a long job.
  const every = Math.ceil(scores.length / 16);
  const labels = scores.map((_, index) =>
    index % every === 0
      ? h("text", { class: "tick", x: x(index), y: height - 26, "text-anchor": "middle" },
          String(index + 1))
      : null,
  );
  const axis = h("text", { class: "tick", x: LEFT + inner / 2, y: height - 6,
    "text-anchor": "middle" }, names.axis);
  const accepted = scores.filter((score) => score.accepted);
  const from = base.loss ?? scores[0].loss;
  const to = accepted.length ? accepted[accepted.length - 1].loss : from;
  const summary =
    `Of ${scores.length} ${names.axis}s, ${names.accepted}: ${accepted.length}. Mean loss went ` +
    `from ${meanLoss(from, samples).toFixed(4)} to ${meanLoss(to, samples).toFixed(4)}. ` +
    "The table has every number.";
  return h(
    "figure",
    { class: "chart" },
    h(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": summary },
      panels,
      labels.filter(Boolean),
      axis,
    ),
    h(
      "figcaption",
      {},
      h("span", { class: "key accepted" }, names.accepted),
      h("span", { class: "key refused" }, names.refused),
      h("span", { class: "key line" }, names.line),
    ),
  );
}
