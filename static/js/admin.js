// Django's own widgets leave some fields without a name for a screen reader: dates split in two, rows in tables, lists
// that fetch their choices. They get the words that stand beside or above them.

const FIELDS = "input:not([type=hidden], [type=submit], [type=button]), select, textarea";

function wordsOf(element) {
  return element?.textContent.replace(/\s+/g, " ").replace(/\s*:\s*$/, "").trim();
}

function give(field, words) {
  if (words && !field.labels?.length && !field.hasAttribute("aria-label") && !field.hasAttribute("aria-labelledby")) {
    field.setAttribute("aria-label", words);
  }
}

function nameFields(root) {
  for (const cell of root.querySelectorAll("td[class*='field-']")) {
    const column = [...cell.classList].find((name) => name.startsWith("field-"))?.slice("field-".length);
    const heading = wordsOf(cell.closest("table")?.querySelector(`thead .column-${CSS.escape(column)}`));
    for (const field of cell.querySelectorAll(FIELDS)) give(field, heading);
  }
  for (const field of root.querySelectorAll(".datetime input")) {
    const row = wordsOf(field.closest(".form-row")?.querySelector("label, legend"));
    give(field, [row, wordsOf(field.previousSibling)].filter(Boolean).join(" – "));
  }
  for (const list of root.querySelectorAll(".select2-selection")) {
    const label = list.closest(".select2-container")?.parentElement.querySelector("select")?.labels?.[0];
    if (!label) continue;
    label.id ||= `${label.htmlFor}-label`;
    const value = list.querySelector("[role='textbox']");
    value?.setAttribute("aria-labelledby", label.id);
    list.setAttribute("aria-labelledby", [label.id, value?.id].filter(Boolean).join(" "));
  }
  for (const box of root.querySelectorAll("td.delete input")) {
    give(box, wordsOf(box.closest("table").querySelector("thead th:last-child")));
  }
  for (const heading of root.querySelectorAll(".inline-group thead th:empty")) {
    const words = document.createElement("span");
    words.className = "visually-hidden";
    words.textContent = wordsOf(heading.closest(".inline-group")?.querySelector("h2")) ?? "";
    heading.append(words);
  }
  for (const hint of root.querySelectorAll(".help-tooltip[aria-label]")) hint.setAttribute("role", "img");
  // What scrolls sideways on a phone is reached by the keyboard too.
  for (const group of root.querySelectorAll(".inline-group")) {
    if (group.scrollWidth > group.clientWidth) group.tabIndex = 0;
  }
  const search = root.querySelector("#searchbar");
  if (search) search.setAttribute("aria-label", search.form.querySelector("[type=submit]").value);
}

// jQuery's own queue: after the lists that it sets up.
window.addEventListener("load", () => {
  if (window.django?.jQuery) window.django.jQuery(() => nameFields(document));
  else nameFields(document);
});
document.addEventListener("formset:added", (event) => nameFields(event.target));

// Printing needs a script, so the button waits for it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
