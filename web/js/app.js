// The page: which view, who acts, and when to look again.

import { fill, h } from "./dom.js";
import { duration, short } from "./format.js";
import { Session } from "./session.js";
import { accountView } from "./views/account.js";
import { jobView } from "./views/job.js";
import { jobsView } from "./views/jobs.js";
import { nodeView } from "./views/node.js";
import { postView } from "./views/post.js";

const session = new Session();
const main = document.getElementById("main");
let current = null;

// A view is { title, node, refresh }: `refresh` shows what has changed and must not touch forms.
const ROUTES = [
  [/^#?\/?(?:\?.*)?$/, () => jobsView(session)],
  [/^#\/jobs\/(\d+)$/, (id) => jobView(session, Number(id))],
  [/^#\/post$/, () => postView(session)],
  [/^#\/accounts$/, () => accountView(session, session.account)],
  [/^#\/accounts\/(0x[0-9a-fA-F]{40})$/, (address) => accountView(session, address)],
  [/^#\/node$/, () => nodeView(session)],
];

async function show({ isNavigation = false } = {}) {
  if (location.hash === "#main") return;
  const found = ROUTES.map(([pattern, view]) => [pattern.exec(location.hash), view]).find(
    ([match]) => match,
  );
  markNavigation();
  const view = found ? found[1](...found[0].slice(1)) : notFound();
  current = view;
  document.title = `${view.title} – DeML`;
  fill(main, view.node);
  await refresh();
  if (isNavigation) main.focus({ preventScroll: true });
}

function notFound() {
  return { title: "Not found", node: h("p", {}, "There is no such page."), refresh() {} };
}

function markNavigation() {
  for (const link of document.querySelectorAll("header nav a")) {
    const target = link.getAttribute("href");
    const isCurrent =
      target === "#/"
        ? /^#?\/?$|^#\/jobs/.test(location.hash)
        : location.hash.startsWith(target);
    if (isCurrent) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

const problem = document.getElementById("problem");

// What is on the page stays when the node does not answer: somebody may be filling in a form.
async function refresh() {
  const view = current;
  try {
    await view.refresh();
    if (view !== current) return;
    fill(problem);
    tick();
  } catch (error) {
    if (view !== current) return;
    console.error(error);
    fill(problem, error.message);
  }
}

// Countdowns are spans with the time that they run to. When one ends, something else can be done.
function tick() {
  const now = session.now();
  let hasEnded = false;
  for (const span of document.querySelectorAll("[data-until]")) {
    const left = Number(span.dataset.until) - now;
    const text = left > 0 ? span.dataset.before + duration(left) : span.dataset.past;
    if (span.textContent === text) continue;
    hasEnded ||= left <= 0 && span.textContent !== "";
    span.textContent = text;
  }
  if (hasEnded) refresh();
}

function showIdentity() {
  const place = document.getElementById("identity");
  const options = session.developerAccounts.map((account, index) =>
    h(
      "option",
      { value: account, selected: account === session.account },
      `Developer ${index + 1} · ${short(account)}`,
    ),
  );
  const isWallet = session.wallet?.canSign ?? false;
  fill(
    place,
    options.length > 0 &&
      h(
        "select",
        {
          "aria-label": "Act as",
          onchange: (event) => {
            if (event.target.value) session.useDeveloper(event.target.value);
            else session.disconnect();
          },
        },
        h("option", { value: "" }, isWallet ? "Developer account…" : "Nobody"),
        options,
      ),
    window.ethereum &&
      h(
        "button",
        {
          type: "button",
          class: isWallet ? "quiet connected" : "quiet",
          onclick: () => session.connect().catch((error) => alert(error.message)),
        },
        isWallet ? short(session.account) : "Connect wallet",
      ),
    !window.ethereum && options.length === 0 && h("span", { class: "hint" }, "No wallet"),
  );
}

function showFooter() {
  fill(
    document.getElementById("footer"),
    `DeML ${session.version.version} · ${session.version.arithmetic} · chain `,
    String(session.chain.chainID),
    " · application ",
    h("span", { class: "mono" }, session.chain.application),
  );
}

async function watch() {
  let seen = await session.node.processedInputs();
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    if (document.hidden) continue;
    const count = await session.node.processedInputs().catch(() => null);
    if (count === null) fill(problem, "The node does not answer.");
    if (count === null || (count === seen && !problem.hasChildNodes())) continue;
    seen = count;
    await session.readClock();
    await refresh();
  }
}

async function start() {
  try {
    await session.open();
  } catch (error) {
    console.error(error);
    const view = nodeView(session);
    fill(main, h("div", { class: "alert", role: "alert" }, error.message), view.node);
    return;
  }
  showIdentity();
  showFooter();
  session.addEventListener("account", () => {
    showIdentity();
    show();
  });
  session.addEventListener("change", refresh);
  session.addEventListener("clock", refresh);
  addEventListener("hashchange", () => show({ isNavigation: true }));
  await show();
  setInterval(tick, 1000);
  watch();
}

start();
