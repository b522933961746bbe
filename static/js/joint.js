// Says whether an event is joint while its organisers are ticked, by the number and the words that the page gives.

for (const output of document.querySelectorAll("[data-joint]")) {
  const { countries, yes, no, unknown } = output.dataset;
  const boxes = [...output.closest(".organisers").querySelectorAll("input[data-country]")];
  const say = () => {
    const chosen = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.country)).size;
    output.value = chosen ? (chosen < countries ? no : yes) : unknown;
  };
  for (const box of boxes) box.addEventListener("change", say);
  say();
}
