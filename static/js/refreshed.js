// A form that the server draws again at each choice, one after the other, so that none is lost on a slow line.

const form = document.querySelector("form[data-refreshed]");
const parts = form.querySelectorAll("[data-part]");
const look = form.querySelector("[data-look]");
const notDrawn = form.querySelector("[data-not-drawn]");
const PATIENCE = 20000;
// Choices that are not drawn yet, the oldest first: what each one sends beside the form.
const waiting = [];
// The button without a name that was pressed meanwhile, and the summary that was read then.
let pressed;
let isAnswered = true;

const draw = (page, sent) => {
  const focused = document.activeElement;
  const typed = [...form.querySelectorAll("input[type=text], textarea")].filter(
    ({ name, value }) => sent.has(name) && sent.get(name) !== value,
  );
  for (const part of parts) {
    part.replaceChildren(...page.getElementById(part.id).childNodes);
  }
  // Fields beside the parts take the value that the server gave them, unless somebody is at them.
  for (const field of form.elements) {
    const drawn = field.id && page.getElementById(field.id);
    const isLeft = field !== focused && !field.closest("[data-part]") && sent.get(field.name) === field.value;
    if (drawn && isLeft) field.value = drawn.value;
  }
  for (const { id, value } of typed) {
    const field = document.getElementById(id);
    if (field) field.value = value;
  }
  const again = document.getElementById(focused.id);
  if (!again || again === focused) return;
  again.value = focused.value;
  again.focus();
};

// Returns null without an answer. Another page than the form comes, for one, to somebody who is signed out.
const answerTo = async (body) => {
  try {
    const response = await fetch(form.action, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return { page, isForm: response.ok && [...parts].every((part) => page.getElementById(part.id)) };
  } catch {
    return null;
  }
};

const drawAll = async () => {
  if (form.ariaBusy) return;
  form.ariaBusy = "true";
  let isDrawn = true;
  while (isDrawn && waiting.length) {
    const body = new URLSearchParams(new FormData(form));
    for (const [name, value] of Object.entries(waiting[0])) body.set(name, value);
    const answer = await answerTo(body);
    isDrawn = Boolean(answer?.isForm);
    isAnswered = isDrawn || !answer;
    if (isDrawn) {
      waiting.shift();
      draw(answer.page, body);
    }
  }
  form.ariaBusy = null;
  look.hidden = isDrawn;
  notDrawn.hidden = isDrawn;
  if (isDrawn) press();
  else notDrawn.scrollIntoView({ block: "center" });
  pressed = undefined;
};

const choose = (choice) => {
  // The first is on its way. A field that changes key by key is drawn for what it says last.
  if (waiting.length > 1 && choice.look && waiting.at(-1).look === choice.look) waiting.pop();
  waiting.push(choice);
  drawAll();
};

// The button that was pressed too early is pressed now, for the summary that stood beside it: the server shows another.
const press = () => {
  if (!pressed?.seen) return;
  const button = [...form.querySelectorAll("button[type=submit]:not([name])")].find(
    (one) => one.getAttribute("formaction") === pressed.action,
  );
  if (!button) return;
  form.seen.value = pressed.seen;
  form.requestSubmit(button);
};

look.hidden = true;
form.onchange = ({ target: { name, type, value } }) => {
  if (name === "purpose") return;
  choose(type === "checkbox" ? { look: name } : { look: name, [name]: value });
};
form.onsubmit = (event) => {
  const { submitter } = event;
  // Where the answer was another page, the browser goes there: to sign in, or to what is said of a failure.
  const isHeld = submitter.name ? submitter.name !== "look" || isAnswered : waiting.length && isAnswered;
  if (!isHeld) return;
  event.preventDefault();
  if (submitter.name === "pick") submitter.ariaPressed = "true";
  if (!submitter.name) pressed ??= { action: submitter.getAttribute("formaction"), seen: form.seen?.value };
  if (submitter.name === "look" && waiting.length) drawAll();
  else if (submitter.name) choose({ [submitter.name]: submitter.value });
  else drawAll();
};
form.onclick = (event) => {
  const mark = event.target.closest("[data-unit]");
  if (!mark) return;
  event.preventDefault();
  form.unit.value = mark.dataset.unit;
  choose({ look: "unit", unit: mark.dataset.unit });
};
