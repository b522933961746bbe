// A form that is drawn again for each choice in it. The server draws it; without this, at the press of a button.

const form = document.querySelector("form[data-refreshed]");

if (form) {
  const look = form.querySelector("[data-look]");
  let waiting;
  let asked;

  // The focus, and what was typed meanwhile, stay where they were.
  const draw = (drawn) => {
    const active = document.activeElement;
    for (const part of form.querySelectorAll("[data-part]")) {
      part.replaceChildren(...drawn.getElementById(part.id).childNodes);
    }
    const again = active.id && document.getElementById(active.id);
    if (!again || again === active) return;
    if (again.matches("input, select, textarea")) again.value = active.value;
    again.focus({ preventScroll: true });
  };

  const ask = async (name, value) => {
    const request = (asked = new AbortController());
    const sent = new URLSearchParams(new FormData(form));
    sent.set(name, value);
    try {
      const answer = await fetch(form.action, { method: "POST", body: sent, signal: request.signal });
      draw(new DOMParser().parseFromString(await answer.text(), "text/html"));
      const seen = form.elements.seen?.value;
      if (seen) history.replaceState(null, "", `?${seen}`);
    } catch (error) {
      if (error.name === "AbortError") return;
      look.hidden = false;
    }
    if (asked === request) form.removeAttribute("aria-busy");
  };

  const refresh = (name, value) => {
    asked?.abort();
    clearTimeout(waiting);
    form.setAttribute("aria-busy", "true");
    waiting = setTimeout(ask, name === "pick" ? 0 : 150, name, value);
  };

  form.addEventListener("change", ({ target }) => {
    if (!target.matches("input[type=text], textarea")) refresh("look", target.name);
  });
  form.addEventListener("submit", (event) => {
    const { name, value } = event.submitter ?? {};
    if (name !== "look" && name !== "pick") return;
    event.preventDefault();
    refresh(name, value);
  });
  form.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-unit]");
    const whole = event.target.closest("[data-hours]");
    if (!mark && !whole) return;
    event.preventDefault();
    if (mark) form.elements.unit.value = mark.dataset.unit;
    if (whole) [form.elements.start.value, form.elements.end.value] = whole.dataset.hours.split(" ");
    refresh("look", mark ? "unit" : "hours");
  });
  look.hidden = true;
}
