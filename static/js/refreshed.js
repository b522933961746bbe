// A form that the server draws again at each choice.

const form = document.querySelector("form[data-refreshed]");
const parts = form.querySelectorAll("[data-part]");
const look = form.querySelector("[data-look]");
const notDrawn = form.querySelector("[data-not-drawn]");
const PATIENCE = 20000;
let last;
let isAnswered = true;

const draw = (page) => {
  const focused = document.activeElement;
  for (const part of parts) {
    part.replaceChildren(...page.getElementById(part.id).childNodes);
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

const refresh = async (name, value) => {
  const mine = (last = {});
  form.ariaBusy = "true";
  const body = new URLSearchParams(new FormData(form));
  body.set(name, value);
  const answer = await answerTo(body);
  if (last !== mine) return;
  form.ariaBusy = null;
  const isDrawn = Boolean(answer?.isForm);
  look.hidden = isDrawn;
  notDrawn.hidden = isDrawn;
  isAnswered = isDrawn || !answer;
  if (isDrawn) draw(answer.page);
  else notDrawn.scrollIntoView({ block: "center" });
};

look.hidden = true;
form.onchange = ({ target: { name } }) => name !== "purpose" && refresh("look", name);
form.onsubmit = (event) => {
  const { name, value } = event.submitter;
  // Where the answer was another page, the browser goes there: to sign in, or to what is said of a failure.
  if (!name || (name === "look" && !isAnswered)) return;
  event.preventDefault();
  refresh(name, value);
};
form.onclick = (event) => {
  const mark = event.target.closest("[data-unit]");
  if (!mark) return;
  event.preventDefault();
  form.unit.value = mark.dataset.unit;
  refresh("look", "unit");
};
