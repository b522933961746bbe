// The list at the door (docs/events.md): tickets, names, and a queue for a lost network.

const door = document.querySelector("[data-door]");
const find = (name) => door.querySelector(`[data-${name}]`);
const said = (name) => door.querySelector(`[data-said="${name}"]`).content.textContent.trim();
const token = door.querySelector("[name=csrfmiddlewaretoken]").value;
const STORE = `door:${door.dataset.event}`;
const RETRY = 5000;
const PATIENCE = 10000;

// The words of the page have « {} » where the person is named.
const saidOf = (name, person) => said(name).replace("{}", () => person);

function say(words, mood = "") {
  const line = find("said-here");
  line.textContent = words;
  line.dataset.mood = mood;
  line.hidden = !words;
}

// --- the queue, in the browser's own store ---

let inMemory = [];

function waiting() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? [];
  } catch {
    return inMemory;
  }
}

function keep(entries) {
  inMemory = entries;
  try {
    localStorage.setItem(STORE, JSON.stringify(entries));
  } catch {
    // Not kept.
  }
  find("queue").hidden = !entries.length || sending;
  find("queue-count").textContent = entries.length;
}

function checkIn(wish, name) {
  keep([...waiting(), { ...wish, key: crypto.randomUUID(), at: new Date().toISOString(), shown: name }]);
  if (wish.registration) show(rowOf(wish.registration), "waiting", "…");
  send();
}

let sending = false;
let timer = 0;

async function send() {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  try {
    for (let [next] = waiting(); next; [next] = waiting()) {
      if (!(await sent(next))) break;
      keep(waiting().filter((entry) => entry.key !== next.key));
    }
  } finally {
    sending = false;
    const rest = waiting();
    keep(rest);
    if (rest.length) timer = setTimeout(send, RETRY);
  }
}

function post(address, wish) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...wish, csrfmiddlewaretoken: token })) body.append(name, value);
  const options = { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" };
  return fetch(address, { ...options, signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
}

async function sent(entry) {
  const { shown, ...wish } = entry;
  const response = await post(door.dataset.checkIn, wish);
  if (!response) {
    say(saidOf("kept", shown), "waiting");
    return false;
  }
  if (response.ok) {
    arrived(entry, await response.json());
    return true;
  }
  if (response.status === 409) {
    refuse(entry, (await response.json()).refused);
    return true;
  }
  if (response.status < 500) say(said("sign-in"), "refused");
  return false;
}

function arrived(entry, answer) {
  find("present").textContent = answer.present;
  const name = answer.name || entry.shown;
  show(rowOf(answer.registration) ?? added(answer.registration, name), "present", answer.at);
  say(saidOf("present", name), "present");
}

function refuse(entry, reason) {
  const line = document.createElement("li");
  line.textContent = `${entry.shown}: ${reason}`;
  find("refused").append(line);
  find("refused").hidden = false;
  if (entry.registration) show(rowOf(entry.registration), "", "");
  say("");
}

// --- the list ---

const rowOf = (registration) => door.querySelector(`[data-person="${registration}"]`);
const nameOf = (row) => row.querySelector(".door-name").firstChild.textContent.trim();

// Who came without registering can be taken back, too.
function added(registration, name) {
  if (!registration) return null;
  const row = find("new-person").content.firstElementChild.cloneNode(true);
  row.dataset.person = registration;
  row.dataset.words = fold(name);
  row.querySelector(".door-name").firstChild.textContent = name;
  for (const field of row.querySelectorAll("[name=registration]")) field.value = registration;
  for (const button of row.querySelectorAll("button")) button.ariaLabel = button.ariaLabel.replace("{}", () => name);
  find("list").prepend(row);
  find("empty")?.remove();
  return row;
}

function show(row, state, at) {
  if (!row) return;
  row.dataset.state = state;
  const here = row.querySelector("[data-here]");
  here.hidden = !state;
  here.querySelector("[data-at]").textContent = at;
  row.querySelector("[data-check-in-form]").hidden = Boolean(state);
  row.querySelector("[data-undo-form]").hidden = state !== "present";
}

async function undo(row, address) {
  const response = await post(address, { registration: row.dataset.person });
  if (!response?.ok) return say(said("not-undone"), "refused");
  find("present").textContent = (await response.json()).present;
  show(row, "", "");
  row.querySelector("[data-check-in-form] button").focus();
  say(saidOf("undone", nameOf(row)));
}

door.addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  if (form === search) return;
  if (form.hasAttribute("data-undo-form")) return undo(form.parentElement, form.action);
  const { csrfmiddlewaretoken, key, ...wish } = Object.fromEntries(new FormData(form));
  const row = wish.registration && rowOf(wish.registration);
  checkIn(wish, row ? nameOf(row) : wish.name);
  if (!row) form.reset();
});

const fold = (text) =>
  text
    .toLowerCase()
    .replaceAll("œ", "oe")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
const search = find("search");

function narrow() {
  const words = fold(search.q.value);
  let shown = 0;
  for (const row of door.querySelectorAll("[data-person]")) {
    row.hidden = !row.dataset.words.includes(words);
    if (!row.hidden) shown += 1;
  }
  find("nobody").hidden = shown > 0 || !words;
}
search.addEventListener("input", narrow);
search.querySelector("button").hidden = true;

// --- tickets ---

const TICKET = /(\d+-[0-9a-f]{20})(?:\/|$)/;
const EVERY = 150;
const AGAIN_AFTER = 4000;
const WIDEST = 640;
const camera = find("camera");
const canvas = document.createElement("canvas");
let last = { code: "", at: 0 };

async function start() {
  try {
    const [{ default: read }, stream] = await Promise.all([
      import(door.dataset.reader),
      navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false }),
    ]);
    camera.srcObject = stream;
    camera.hidden = false;
    find("scan-start").hidden = true;
    find("scan-stop").hidden = false;
    await camera.play();
    say(said("scanning"));
    look(read);
  } catch {
    stop();
    say(said("no-camera"), "refused");
  }
}

function stop() {
  for (const track of camera.srcObject?.getTracks() ?? []) track.stop();
  camera.srcObject = null;
  camera.hidden = true;
  find("scan-start").hidden = false;
  find("scan-stop").hidden = true;
}

function look(read) {
  if (!camera.srcObject) return;
  if (camera.videoWidth) {
    const scale = Math.min(1, WIDEST / camera.videoWidth);
    canvas.width = camera.videoWidth * scale;
    canvas.height = camera.videoHeight * scale;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(camera, 0, 0, canvas.width, canvas.height);
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    const code = read(picture.data, picture.width, picture.height, { inversionAttempts: "dontInvert" });
    if (code) scanned(code.data);
  }
  setTimeout(look, EVERY, read);
}

function scanned(text) {
  const code = text.match(TICKET)?.[1] ?? text.slice(0, 60);
  if (code === last.code && Date.now() - last.at < AGAIN_AFTER) {
    last.at = Date.now();
    return;
  }
  last = { code, at: Date.now() };
  navigator.vibrate?.(80);
  const row = door.querySelector(`[data-ticket-code="${CSS.escape(code)}"]`);
  if (!row) checkIn({ ticket: code }, said("ticket"));
  else if (row.dataset.state === "present" || row.dataset.state === "waiting") {
    say(saidOf("already", nameOf(row)), "already");
  } else checkIn({ registration: row.dataset.person }, nameOf(row));
}

if (navigator.mediaDevices?.getUserMedia) find("scan").hidden = false;
find("scan-start").addEventListener("click", start);
find("scan-stop").addEventListener("click", () => {
  stop();
  say("");
});
addEventListener("pagehide", stop);
addEventListener("online", send);
for (const entry of waiting()) if (entry.registration) show(rowOf(entry.registration), "waiting", "…");
send();
