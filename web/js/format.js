// Numbers, times and names as people read them.

import { h } from "./dom.js";

const ETHER = 10n ** 18n;

// A decimal fraction of `amount` in units of 10^-decimals, without needless zeros.
export function decimal(amount, decimals = 18) {
  const unit = 10n ** BigInt(decimals);
  const value = BigInt(amount);
  const whole = (value / unit).toLocaleString("en");
  const rest = (value % unit).toString().padStart(decimals, "0").replace(/0+$/, "");
  return rest ? `${whole}.${rest}` : whole;
}

// The amount that a person typed, in the smallest unit. Throws when it is none.
export function parseDecimal(input, decimals = 18) {
  const match = /^\s*(\d+)(?:\.(\d+))?\s*$/.exec(input);
  if (!match || (match[2] ?? "").length > decimals) {
    throw new Error(`“${input}” is not an amount with at most ${decimals} decimals.`);
  }
  return BigInt(match[1] + (match[2] ?? "").padEnd(decimals, "0"));
}

export const isEther = (asset) => asset.kind === "ether";

// An amount with its unit. Tokens are shown in their smallest unit, since only they know better.
export function amount(value, asset) {
  if (isEther(asset)) return `${decimal(value)} ETH`;
  const unit = `${BigInt(value).toLocaleString("en")} of ${short(asset.token)}`;
  return asset.id === null || asset.id === undefined ? unit : `${unit} #${asset.id}`;
}

export function etherOrToken(value, token) {
  return amount(value, BigInt(token) === 0n ? { kind: "ether" } : { kind: "erc20", token });
}

export const short = (address) => `${address.slice(0, 6)}…${address.slice(-4)}`;

// An address that leads to its account.
export function account(address, self) {
  const isSelf = self && address.toLowerCase() === self.toLowerCase();
  return h(
    "a",
    { href: `#/accounts/${address}`, class: "mono", title: address },
    short(address),
    isSelf ? " (you)" : "",
  );
}

// Mean loss of a sample.
export function meanLoss(loss, samples) {
  return Number(BigInt(loss)) / (Number(samples) * 2 ** 30);
}

export const lossText = (loss, samples) => meanLoss(loss, samples).toFixed(4);

export const percent = (fraction, digits = 1) => `${(100 * fraction).toFixed(digits)} %`;

export const accuracy = (correct, samples) => percent(Number(correct) / Number(samples));

export const improvement = (loss, from) =>
  percent(1 - Number(BigInt(loss)) / Number(BigInt(from)), 2);

export function bytesText(count) {
  if (count < 1024) return `${count} B`;
  if (count < 1 << 20) return `${(count / 1024).toFixed(1)} KiB`;
  return `${(count / (1 << 20)).toFixed(1)} MiB`;
}

export function duration(seconds) {
  const total = Math.max(0, Math.floor(seconds));
  const days = Math.floor(total / 86400);
  const hours = Math.floor((total % 86400) / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  if (minutes > 0) return `${minutes} min ${total % 60} s`;
  return `${total} s`;
}

export function time(seconds) {
  const date = new Date(seconds * 1000);
  return h(
    "time",
    { datetime: date.toISOString(), title: date.toISOString() },
    date.toLocaleString("en", { dateStyle: "medium", timeStyle: "short" }),
  );
}

// A time in the future that counts down by itself; `before` goes in front of what is left, and
// `past` is shown when nothing is.
export function countdown(seconds, { before = "", past = "over" } = {}) {
  return h("span", { class: "countdown", "data-until": seconds, "data-before": before,
    "data-past": past });
}

const PHASES = {
  filling: ["Filling", "waits for its base model and data"],
  open: ["Open", "takes commitments and submissions"],
  commit: ["Commit", "takes commitments"],
  data: ["Data", "waits for the sponsor's evaluation data"],
  claim: ["Claim", "takes the clients' claims"],
  reveal: ["Reveal", "waits for the models that are due"],
  score: ["Scoring", "measures what was revealed"],
  settled: ["Settled", "has ended and paid"],
  cancelled: ["Cancelled", "has ended, what was staked went back"],
  defaulted: ["Defaulted", "has ended: the data never came, or are not those promised"],
};

export const phaseTitle = (phase) => PHASES[phase]?.[0] ?? phase;
export const phaseMeaning = (phase) => PHASES[phase]?.[1] ?? "";

export function phaseBadge(phase) {
  return h("span", { class: `badge ${phase}`, title: phaseMeaning(phase) }, phaseTitle(phase));
}

export const isOver = (phase) => ["settled", "cancelled", "defaulted"].includes(phase);

export { ETHER };
