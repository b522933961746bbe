// The places of a room, as they are at the hours chosen. Without this, the server says the same at the press of a button.

const form = document.querySelector("form#book");
const unit = form?.elements.unit;

if (unit) {
  const { start, end } = form.elements;
  const markOf = (value) => form.querySelector(`[data-unit="${value}"]`);

  const update = () => {
    for (const option of unit.options) {
      const { free, label, labelTaken } = option.dataset;
      if (free === undefined) continue;
      const isFree = end.value <= start.value || free.split(" ").some((part) => {
        const [from, to] = part.split("-");
        return from && from <= start.value && end.value <= to;
      });
      option.textContent = isFree ? label : labelTaken;
      markOf(option.value)?.classList.toggle("is-taken", !isFree);
      markOf(option.value)?.classList.toggle("is-chosen", option.selected);
    }
  };

  for (const field of [start, end, unit]) field.addEventListener("change", update);
  form.querySelector("[data-unit-plan]")?.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-unit]");
    if (!mark) return;
    event.preventDefault();
    unit.value = mark.dataset.unit;
    update();
  });
  form.querySelector("[data-unit-look]").hidden = true;
  update();
}
