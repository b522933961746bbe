// A form that the server draws again at each choice.

const form = document.querySelector("form[data-refreshed]");
let last;

const draw = (page) => {
  const focused = document.activeElement;
  for (const part of form.querySelectorAll("[data-part]")) {
    part.replaceChildren(...page.getElementById(part.id).childNodes);
  }
  const again = document.getElementById(focused.id);
  if (!again || again === focused) return;
  again.value = focused.value;
  again.focus();
};

const refresh = async (name, value) => {
  const mine = (last = {});
  form.ariaBusy = "true";
  const body = new URLSearchParams(new FormData(form));
  body.set(name, value);
  const page = await (await fetch(form.action, { method: "POST", body })).text();
  if (last !== mine) return;
  draw(new DOMParser().parseFromString(page, "text/html"));
  form.ariaBusy = null;
};

form.querySelector("[data-look]").hidden = true;
form.onchange = ({ target: { name } }) => name !== "purpose" && refresh("look", name);
form.onsubmit = (event) => {
  const { name, value } = event.submitter;
  if (!name) return;
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
