// A long form shows one section at a time, and its texts in one language. Without this all of it is open, and the tabs
// are links to the sections. Server: templates/admin/change_form.html.

const tabs = [...document.querySelectorAll(".form-tabs-sections a")];
const buttons = [...document.querySelectorAll(".form-tabs-languages button")];
const codes = buttons.map(({ dataset }) => dataset.language).filter(Boolean);
const form = document.querySelector(".form-section")?.closest("form");

// --- sections ---

const panelOf = (tab) => document.getElementById(tab.hash.slice(1));

function open(tab, { remember = true } = {}) {
  for (const one of tabs) {
    const isOpen = one === tab;
    one.setAttribute("aria-selected", isOpen);
    one.tabIndex = isOpen ? 0 : -1;
    panelOf(one).hidden = !isOpen;
  }
  // The address keeps the section: it is open again after saving, and in a link that is passed on.
  if (remember) history.replaceState(history.state, "", tab.hash);
}

const tabAround = (element) => tabs.find((tab) => panelOf(tab).contains(element));

function openAddressed() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const tab = target && tabAround(target);
  if (tab) open(tab, { remember: false });
  return Boolean(tab);
}

function makeTabs() {
  const list = tabs[0].parentElement;
  list.setAttribute("role", "tablist");
  for (const tab of tabs) {
    const panel = panelOf(tab);
    tab.id = `tab-${panel.id}`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    // A heading that says no more than its tab is only read aloud.
    const heading = panel.querySelector("h2");
    const own = tab.firstChild.textContent.trim();
    if (heading?.textContent.trim() === own) heading.classList.add("visually-hidden");
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      open(tab);
    });
  }
  list.addEventListener("keydown", (event) => {
    const here = tabs.indexOf(document.activeElement);
    const next = {
      ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: tabs.length - 1, " ": here,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const tab = tabs.at(next % tabs.length);
    open(tab);
    tab.focus();
  });
  addEventListener("hashchange", openAddressed);
  if (!openAddressed()) open(tabs[0], { remember: false });
}

// --- languages ---

const KEPT = "form-language";
let shown = "";

// A browser may keep nothing: then the language of the page is shown each time.
function keptLanguage() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keepLanguage(code) {
  try {
    localStorage.setItem(KEPT, code);
  } catch {
    // Not kept.
  }
}

// Each row or cell of a text is known by Django's class, `field-title_fr` or `column-title_fr`.
function languageOf(element) {
  const names = [...element.classList].filter((name) => /^(field|column)-/.test(name));
  const code = names.length === 1 && names[0].split("_").at(-1);
  return codes.includes(code) ? { code, text: names[0].slice(0, -code.length - 1) } : null;
}

const texts = (root) => [...root.querySelectorAll(".form-row, .fieldBox, td, th")].filter(languageOf);

function show(code) {
  shown = code;
  for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.language === code);
  showIn(form);
  markAll();
}

function showIn(root) {
  for (const element of texts(root)) {
    const own = languageOf(element).code;
    element.lang = own;
    element.classList.toggle("is-other-language", Boolean(shown) && own !== shown);
  }
}

// A text lacks in a language if it is empty there, and written in another.
function lacking(root) {
  const lacks = Object.fromEntries(codes.map((code) => [code, 0]));
  const found = new Map();
  for (const element of texts(root)) {
    const control = element.querySelector("input:not([type=hidden], [type=file], [type=checkbox]), textarea");
    if (!control || control.closest(".empty-form")) continue;
    const { code, text } = languageOf(element);
    const rows = found.get(element.parentElement) ?? found.set(element.parentElement, {}).get(element.parentElement);
    (rows[text] ??= {})[code] = control.value.trim() !== "";
  }
  for (const rows of found.values()) {
    for (const written of Object.values(rows)) {
      if (!Object.values(written).some(Boolean)) continue;
      for (const [code, isWritten] of Object.entries(written)) if (!isWritten) lacks[code] += 1;
    }
  }
  return lacks;
}

function mark(element, number) {
  const place = element.querySelector(".form-tabs-lack");
  if (!place) return;
  place.hidden = number === 0;
  place.querySelector("[data-count]").textContent = number;
}

// The numbers of each part of the form, by the part: a section, or the whole form where it has no tabs.
const counted = new Map(form ? (tabs.length ? tabs.map(panelOf) : [form]).map((part) => [part, {}]) : []);

function count(element) {
  for (const part of counted.keys()) {
    if (part.contains(element) || element.contains(part)) counted.set(part, lacking(part));
  }
  markAll();
}

function markAll() {
  const parts = [...counted.values()];
  for (const button of buttons) {
    mark(button, parts.reduce((sum, lacks) => sum + (lacks[button.dataset.language] ?? 0), 0));
  }
  for (const tab of tabs) {
    const lacks = counted.get(panelOf(tab));
    mark(tab, shown ? lacks[shown] : Math.max(...Object.values(lacks)));
  }
}

function makeLanguages() {
  buttons[0].parentElement.hidden = false;
  for (const button of buttons) {
    button.addEventListener("click", () => {
      keepLanguage(button.dataset.language);
      show(button.dataset.language);
    });
  }
  form.addEventListener("input", ({ target }) => count(target));
  document.addEventListener("formset:added", ({ target }) => {
    showIn(target);
    count(target);
  });
  // The row is gone from its section by then.
  document.addEventListener("formset:removed", () => count(form));
  count(form);
  const kept = keptLanguage();
  const known = (code) => code === "" || codes.includes(code);
  show(known(kept) ? kept : known(document.documentElement.lang) ? document.documentElement.lang : codes[0]);
}

// --- tables ---

// On a phone each cell stands alone, below the head of its column. A table that is narrow enough stays one.
function labelCells(table) {
  const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  for (const row of table.querySelectorAll("tbody tr:not(.row-form-errors, .add-row)")) {
    [...row.cells].forEach((cell, n) => {
      if (heads[n] && cell.childElementCount) cell.dataset.label = heads[n];
    });
  }
  table.closest(".tabular").classList.add("has-labels");
}

// --- errors ---

function openWhatIsWrong() {
  const wrong = [...document.querySelectorAll(".form-section .errorlist")].find((list) => !list.closest(".empty-form"));
  if (!wrong) return;
  const tab = tabAround(wrong);
  if (tab) open(tab);
  const row = wrong.closest(".form-row:not(tr), td");
  const own = row && languageOf(row)?.code;
  if (own && shown && own !== shown) show(own);
}

if (form) {
  if (tabs.length) makeTabs();
  if (buttons.length) makeLanguages();
  form.querySelectorAll(".inline-group fieldset:not(.is-narrow) table").forEach(labelCells);
  openWhatIsWrong();
}
