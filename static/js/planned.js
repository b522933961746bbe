// Show the days of a series as soon as its rhythm or its length is changed. Without this the button does it.

const asking = document.querySelector("[data-planned-asking]");
const shown = document.querySelector("[data-planned]");
const WAIT = 250;
let timer;
let request;

async function show() {
  request?.abort();
  request = new AbortController();
  const address = `?${new URLSearchParams(new FormData(asking))}`;
  try {
    const response = await fetch(address, { signal: request.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    shown.replaceChildren(...page.querySelector("[data-planned]").childNodes);
    shown.removeAttribute("aria-busy");
    history.replaceState(null, "", address);
  } catch (error) {
    if (error.name !== "AbortError") asking.submit();
  }
}

// Until the days of the new choice are there, those of the old one cannot be sent.
asking.addEventListener("input", () => {
  shown.setAttribute("aria-busy", "true");
  for (const button of shown.querySelectorAll("button")) button.disabled = true;
  clearTimeout(timer);
  timer = setTimeout(show, WAIT);
});
