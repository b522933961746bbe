// Before the first paint: the theme this person chose, here or in the admin, which keeps it under the same name.
// Without a choice, or without this script, the system's.
const theme = (() => {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null;
  }
})();
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
document.documentElement.classList.add("js");
