// Forms that do something: they say what goes on, what came of it, and what was refused.

import { h, fill } from "./dom.js";

// A form. `controls` are shown above the button; `run(say)` does the work, may report progress by
// `say(text, fraction)`, and returns the sentence to end with.
export function actionForm({ button, controls = [], run, danger = false }) {
  const status = h("p", { class: "status", role: "status", "aria-live": "polite" });
  const progress = h("progress", { max: "1", value: "0", hidden: true });
  const submit = h("button", { type: "submit", class: danger ? "danger" : null }, button);
  const say = (text, fraction = null) => {
    fill(status, text);
    progress.hidden = fraction === null;
    if (fraction !== null) progress.value = fraction;
  };
  return h(
    "form",
    {
      class: "action",
      onsubmit: async (event) => {
        event.preventDefault();
        const form = event.currentTarget;
        if (form.getAttribute("aria-busy") === "true") return;
        form.setAttribute("aria-busy", "true");
        submit.disabled = true;
        status.className = "status";
        try {
          say("Working…");
          say(await run(say));
          status.className = "status done";
        } catch (error) {
          status.className = "status failed";
          say(error.message ?? String(error));
          if (!error.code) console.error(error);
        } finally {
          form.removeAttribute("aria-busy");
          submit.disabled = false;
        }
      },
    },
    controls,
    h("div", { class: "row" }, submit, progress),
    status,
  );
}

// The bytes of the file that a control names. Throws when there is none.
export async function fileOf(control, what) {
  const file = control.files[0];
  if (!file) throw new Error(`Choose the file of ${what}.`);
  return new Uint8Array(await file.arrayBuffer());
}

export const fileInput = (accept = null) => h("input", { type: "file", accept });
