// While the organisers of an event are chosen, the page says whether it is joint. The server has said it of what was
// chosen before, gives the number of countries that it takes, and the words.

for (const output of document.querySelectorAll("[data-joint]")) {
  const { countries, yes, no, unknown } = output.dataset;
  const boxes = [...output.closest(".form-row, .form-group, fieldset").querySelectorAll("input[data-country]")];

  const say = () => {
    const chosen = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.country));
    const words = chosen.size === 0 ? unknown : chosen.size >= Number(countries) ? yes : no;
    if (output.value !== words) output.value = words;
  };
  for (const box of boxes) box.addEventListener("change", say);
  say(); // The browser may have kept other ticks than those sent.
}
