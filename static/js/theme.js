// Before the first paint: the theme this person chose. Without a choice, or without this script, the system's.
const theme = (() => {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null;
  }
})();
if (theme === "paper" || theme === "slate") document.documentElement.dataset.theme = theme;
document.documentElement.classList.add("js");
