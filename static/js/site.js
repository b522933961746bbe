// Small comforts. Every page works without them.

// Light, dark, or as the system says. The admin reads the same choice.
const root = document.documentElement;
const themeButtons = document.querySelectorAll("[data-theme-choice]");
const showTheme = () => {
  for (const button of themeButtons) {
    button.ariaPressed = button.dataset.themeChoice === (root.dataset.theme ?? "auto");
  }
};
for (const button of themeButtons) {
  button.addEventListener("click", () => {
    const choice = button.dataset.themeChoice;
    if (choice === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice;
    try {
      localStorage.setItem("theme", choice);
    } catch {
      // A browser that keeps nothing still changes this page.
    }
    showTheme();
  });
}
showTheme();

// A form is sent once, whatever is clicked. The server would refuse the second one anyway.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || form.method === "get" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "true";
  for (const button of form.querySelectorAll("button:not([type=button])")) button.ariaBusy = "true";
});
// Back from the next page: the form may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.ariaBusy = null;
  }
});

// A summary of errors takes the focus, so that it is read first.
document.querySelector("[data-form-errors]")?.focus();

// Open menus close when one leaves them, follows a link of theirs, or with Escape.
const menus = document.querySelectorAll("details[data-menu]");
document.addEventListener("click", ({ target }) => {
  for (const menu of menus) if (!menu.contains(target) || target.closest("a")) menu.open = false;
});
document.addEventListener("keydown", ({ key }) => {
  for (const menu of key === "Escape" ? menus : []) {
    if (menu.open && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});

// A gallery, open: from photo to photo by buttons and arrows.
const photos = [...document.querySelectorAll(".lightbox")];
photos.forEach((photo, n) => {
  const go = (step) => {
    if (!step) return;
    photo.hidePopover();
    photos.at((n + Number(step)) % photos.length).showPopover();
  };
  photo.addEventListener("click", ({ target }) => go(target.closest("[data-step]")?.dataset.step));
  photo.addEventListener("keydown", ({ key }) => go({ ArrowLeft: -1, ArrowRight: 1 }[key]));
});

// Printing, and copying a text.
for (const button of document.querySelectorAll("[data-print], [data-copy]")) {
  const { copy } = button.dataset;
  button.hidden = copy && !navigator.clipboard;
  button.addEventListener("click", async () => {
    if (!copy) return print();
    await navigator.clipboard.writeText(document.getElementById(copy).textContent);
    button.nextElementSibling.textContent = button.dataset.done;
  });
}
