// Sends the form as JSON to /predict, and shows the answer, or the problem (RFC 9457) beside the field at fault.
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const PATIENCE = 15_000; // ms

const form = document.getElementById("row");
const answer = document.getElementById("answer");
const stale = document.querySelector(".stale");
const submit = form.querySelector("[type=submit]");
const threshold = Number(answer.dataset.threshold);
const target = JSON.parse(answer.dataset.target);
const inputs = [...form.elements].filter((element) => element.name);

// Text that is no number is sent as the text it is: the service says what is wrong, nothing is guessed here.
function value(input) {
  const text = input.value.trim();
  if (text === "") return null;
  if ("truth" in input.dataset) return text === "true";
  const number = Number(text);
  return "numeric" in input.dataset && NUMBER.test(text) && Number.isFinite(number) ? number : text;
}

const body = () => ({ instances: [Object.fromEntries(inputs.map((input) => [input.name, value(input)]))] });
const percent = (share, digits = 1) => `${(100 * share).toFixed(digits)}%`;
const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

function showCurl() {
  document.getElementById("curl").textContent = [
    `curl -sS ${location.origin}/predict`,
    "-H 'Content-Type: application/json'",
    `--data ${quote(JSON.stringify(body(), null, 2))}`,
  ].join(" \\\n  ");
}

// A copy of a template of the page, its slots filled with text or elements; empty ones are left out.
function show(template, slots) {
  const copy = document.getElementById(template).content.cloneNode(true);
  for (const slot of copy.querySelectorAll("[data-slot]")) {
    const content = [slots[slot.dataset.slot] ?? []].flat();
    if (content.length) slot.replaceChildren(...content);
    else slot.remove();
  }
  answer.replaceChildren(copy);
  stale.hidden = true;
}

function item(text) {
  const element = document.createElement("li");
  element.textContent = text;
  return element;
}

const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// What the target's kind has to say, for the slots of the template.
const verdicts = {
  binary(prediction) {
    const positive = prediction[target.name];
    const word = positive ? target.positive : target.negative;
    return {
      verdict: capitalized(word),
      probability: percent(prediction[`${target.name}_probability`]),
      why: `It ${positive ? "reaches" : "stays below"} the threshold of ${percent(threshold, 0)}, so the model says ${word}.`,
    };
  },
  multiclass(prediction) {
    const classes = Object.entries(prediction[`${target.name}_probabilities`]).sort(([, one], [, other]) => other - one);
    return {
      verdict: prediction[target.name],
      classes: classes.map(([name, probability]) => item(`${name}: ${percent(probability)}`)),
    };
  },
  regression(prediction) {
    return { verdict: `${Number(prediction[target.name].toPrecision(6)).toLocaleString("en")} ${answer.dataset.unit}`.trim() };
  },
};

function showPrediction({ predictions: [prediction], model_version }) {
  const { unseen = {}, outside = {} } = prediction;
  show("prediction", {
    ...verdicts[target.kind](prediction),
    unseen: [
      ...Object.entries(unseen).map(([field, code]) => `${labelOf(field)} ${code} was never seen in training`),
      ...Object.entries(outside).map(([field, { value, low, high }]) =>
        `${labelOf(field)} ${value} is outside what training held${low === null ? "" : ` (${low} to ${high})`}`),
    ].map((text) => item(`${text}; trust this answer less.`)),
    version: model_version,
  });
  if (target.kind === "binary") showScale(prediction);
}

function showScale(prediction) {
  const probability = prediction[`${target.name}_probability`];
  answer.querySelector("data").value = probability;
  answer.querySelector(".verdict").classList.add(prediction[target.name] ? "positive" : "negative");
  answer.querySelector(".scale").style.setProperty("--probability", percent(probability, 2));
  answer.querySelector(".scale").style.setProperty("--threshold", percent(threshold, 2));
}

const labelOf = (field) => document.querySelector(`label[for="${CSS.escape(field)}"]`)?.textContent ?? field;

function showProblem({ title, detail, remedy, instance, errors = [] }) {
  const others = errors.filter(({ field, expected, got }) => !mark(field, `Expected ${expected}. Got ${got}.`));
  show("problem", {
    title,
    detail,
    remedy: remedy && `What helps: ${remedy}.`,
    others: others.map(({ field, expected, got }) => item(`${field || "The body"}: expected ${expected}, got ${got}`)),
    instance: instance && `Request ${instance}`,
  });
  form.querySelector("[aria-invalid=true]")?.focus();
}

// Say what is wrong with a field, or with no text that nothing is; false if the form has no such field.
function mark(name, text = "") {
  const input = inputs.find((each) => each.name === name);
  if (!input) return false;
  const error = document.getElementById(`${name}-error`);
  error.textContent = text;
  error.hidden = !text;
  input.setAttribute("aria-invalid", String(Boolean(text)));
  return true;
}

async function ask() {
  const response = await fetch("/predict", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body()),
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!/json/.test(response.headers.get("Content-Type"))) {
    throw new Error(`expected JSON, got ${response.status} ${response.statusText}`);
  }
  return [response.ok, await response.json()];
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (submit.getAttribute("aria-busy") === "true") return;
  submit.setAttribute("aria-busy", "true");
  inputs.forEach((input) => mark(input.name));
  try {
    const [ok, content] = await ask();
    if (ok) showPrediction(content);
    else showProblem(content);
  } catch (error) {
    showProblem({
      title: "No answer from the service",
      detail: `POST ${location.origin}/predict: ${error.message}`,
      remedy: "see that prod runs (make prod) and what it logs (make logs), then try again",
    });
  } finally {
    submit.setAttribute("aria-busy", "false");
  }
});

form.addEventListener("input", ({ target }) => {
  mark(target.name);
  stale.hidden = answer.querySelector(".empty") !== null;
  showCurl();
});

// The reset itself comes after its event.
form.addEventListener("reset", () => setTimeout(() => {
  inputs.forEach((input) => mark(input.name));
  stale.hidden = answer.querySelector(".empty") !== null;
  showCurl();
}));

for (const button of form.querySelectorAll("button")) button.disabled = false;
showCurl();
