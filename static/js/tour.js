// The view of 360° over the page of a scene. The page itself is the visit; this comes on top, when somebody asks for it.

const tour = document.querySelector("[data-tour]");
const view = tour.querySelector("[data-tour-view]");
const start = tour.querySelector("[data-tour-start]");
const headset = tour.querySelector("[data-tour-headset]");
const kept = tour.querySelector("[data-tour-kept]");
const controls = tour.querySelector("[data-tour-controls]");
const stage = tour.querySelector("[data-tour-stage]");
const status = tour.querySelector("[data-tour-status]");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const STEP = { left: [-20, 0], right: [20, 0], up: [0, 15], down: [0, -15] };
const KEYS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", "+": "closer", "-": "further" };
const radians = (degrees) => (Number(degrees) * Math.PI) / 180;

let viewer = null;
let points = [];
let shown = location.pathname;

const words = (name) => tour.querySelector(`[data-tour-said="${name}"]`).content.textContent.trim();

function say(name, more = "") {
  status.textContent = [name && words(name), more].filter(Boolean).join(" ");
}

const titleHere = () => tour.querySelector("h1").textContent.trim();
const sayWhere = () => say("here", titleHere());

function canShow() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

const picture = () => tour.querySelector("[data-panorama]");

// --- in and out ---

function loadStyle() {
  if (document.querySelector("link[data-viewer]")) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = tour.dataset.viewerStyle;
  link.dataset.viewer = "";
  document.head.append(link);
  return new Promise((done, failed) => {
    link.onload = done;
    link.onerror = failed;
  });
}

async function enter() {
  if (viewer || start.ariaBusy) return;
  start.ariaBusy = "true";
  say("loading");
  try {
    const [{ Viewer }] = await Promise.all([import(tour.dataset.viewer), loadStyle()]);
    view.hidden = false;
    const opened = new Viewer({
      container: view,
      panorama: picture().dataset.panorama,
      defaultYaw: radians(picture().dataset.startYaw),
      defaultZoomLvl: 15,
      maxFov: 95,
      navbar: false,
      keyboard: false,
      mousewheelCtrlKey: true,
      loadingTxt: "",
    });
    await new Promise((done, failed) => {
      opened.addEventListener("ready", done, { once: true });
      opened.addEventListener("panorama-error", failed, { once: true });
    });
    viewer = opened;
    viewer.addEventListener("render", placePoints);
    stage.classList.add("is-touring");
    controls.hidden = false;
    start.hidden = true;
    drawPoints();
    say("");
    view.focus();
  } catch (error) {
    console.info("The viewer did not open:", error);
    leave();
    say("failed");
  } finally {
    start.ariaBusy = null;
  }
}

function leave() {
  const wasOpen = Boolean(viewer);
  if (document.fullscreenElement) document.exitFullscreen();
  viewer?.destroy();
  viewer = null;
  points = [];
  view.replaceChildren();
  view.hidden = true;
  controls.hidden = true;
  stage.classList.remove("is-touring");
  start.hidden = false;
  if (wasOpen) start.focus();
}

// --- looking around ---

function look(where) {
  const to = { yaw: where.yaw, pitch: Math.max(-Math.PI / 2, Math.min(Math.PI / 2, where.pitch)) };
  if (calm.matches) viewer.rotate(to);
  else viewer.animate({ ...to, speed: 350 });
}

function turn(way) {
  if (way === "leave") leave();
  else if (way === "closer") viewer.zoomIn(10);
  else if (way === "further") viewer.zoomOut(10);
  else if (way === "whole") {
    if (document.fullscreenElement) document.exitFullscreen();
    else stage.requestFullscreen?.();
  } else {
    const { yaw, pitch } = viewer.getPosition();
    const [across, up] = STEP[way];
    look({ yaw: yaw + radians(across), pitch: pitch + radians(up) });
  }
}

// --- the points, as links over the view ---

function drawPoints() {
  const list = document.createElement("ul");
  list.className = "tour-overlay";
  points = [...tour.querySelectorAll("[data-tour-part] [data-point]")].map((source) => {
    const item = source.cloneNode(true);
    const place = { yaw: radians(source.dataset.yaw), pitch: radians(source.dataset.pitch) };
    const text = item.querySelector(".tour-text");
    let end = item.querySelector(".tour-point");
    if (text) {
      // A text opens beside its point.
      text.hidden = true;
      const open = document.createElement("button");
      open.type = "button";
      open.className = "tour-point";
      open.setAttribute("aria-expanded", "false");
      if (source.dataset.point === "text") {
        open.append(...end.childNodes);
        end.replaceWith(open);
        end = open;
      } else {
        open.textContent = "…";
        open.setAttribute("aria-label", end.textContent.trim());
        end.after(open);
      }
      open.addEventListener("click", () => {
        text.hidden = !text.hidden;
        open.setAttribute("aria-expanded", String(!text.hidden));
      });
    }
    item.addEventListener("focusin", () => look(place));
    list.append(item);
    return { item, place };
  });
  view.querySelector(".tour-overlay")?.remove();
  // Drags on a point must not turn the view, nor keys in a text.
  for (const kind of ["mousedown", "touchstart"]) list.addEventListener(kind, (event) => event.stopPropagation());
  view.append(list);
  placePoints();
}

function placePoints() {
  if (!viewer) return;
  const { width, height } = viewer.state.size;
  for (const { item, place } of points) {
    const ahead = viewer.dataHelper.sphericalCoordsToVector3(place).dot(viewer.state.direction) > 0;
    const at = viewer.dataHelper.sphericalCoordsToViewerCoords(place);
    const seen = ahead && at.x > 0 && at.x < width && at.y > 0 && at.y < height;
    item.classList.toggle("is-away", !seen);
    if (seen) item.style.transform = `translate(${Math.round(at.x)}px, ${Math.round(at.y)}px) translate(-50%, -50%)`;
  }
}

// --- from scene to scene ---

async function arrive(url) {
  shown = new URL(url).pathname;
  const answer = await fetch(url);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = [...page.querySelectorAll("[data-tour-part]")];
  if (!answer.ok || !fresh.length) throw new Error(`No scene at ${url}`);
  [...tour.querySelectorAll("[data-tour-part]")].forEach((part, n) => part.replaceWith(document.adoptNode(fresh[n])));
  document.title = page.title;
  // The same scene in the other languages.
  const links = page.querySelectorAll("[hreflang]");
  document.querySelectorAll("[hreflang]").forEach((link, n) => links[n] && (link.href = links[n].getAttribute("href")));
}

async function go(url) {
  await arrive(url);
  await viewer.setPanorama(picture().dataset.panorama, {
    position: { yaw: radians(picture().dataset.startYaw), pitch: 0 },
    transition: calm.matches ? false : { rotation: false, effect: "fade" },
    showLoader: false,
  });
  drawPoints();
  sayWhere();
  view.focus();
}

tour.addEventListener("click", (event) => {
  const way = event.target.closest("[data-turn]")?.dataset.turn;
  if (way) return turn(way);
  const link = event.target.closest("a[data-scene]");
  if (!viewer || !link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState({}, "", link.href);
  go(link.href).catch(() => location.assign(link.href));
});
addEventListener("popstate", () => {
  if (location.pathname === shown) return;
  if (viewer) go(location.href).catch(() => location.reload());
  else location.reload();
});
view.addEventListener("keydown", (event) => {
  if (!viewer || event.ctrlKey || event.metaKey || event.altKey) return;
  const way = KEYS[event.key] ?? (event.key === "Escape" && !document.fullscreenElement ? "leave" : null);
  if (!way) return;
  event.preventDefault();
  turn(way);
});

// --- in a headset ---

function sceneForHeadset() {
  const points = [...tour.querySelectorAll("[data-tour-part] [data-point]")].map((source) => {
    const end = source.querySelector(".tour-point");
    const label = source.querySelector("[data-point-label]").textContent.trim();
    const text = source.querySelector(".tour-text")?.textContent.trim() ?? "";
    return { ...source.dataset, label, text, href: end.href, isScene: "scene" in end.dataset };
  });
  return { title: titleHere(), ...picture().dataset, points };
}

async function putOn() {
  if (headset.getAttribute("aria-busy") === "true") return;
  leave();
  headset.setAttribute("aria-busy", "true");
  kept.hidden = true;
  say("loading");
  // Asked for at once: browsers only open it just after a click.
  const opened = navigator.xr.requestSession("immersive-vr");
  try {
    const modules = [import(tour.dataset.headset), import(tour.dataset.viewer)];
    const [session, { visit }, three] = await Promise.all([opened, ...modules]);
    const rooms = await visit(session, three, {
      scene: sceneForHeadset,
      go: async (url) => {
        await arrive(url);
        history.pushState({}, "", url);
      },
      shown: sayWhere,
      words: Object.fromEntries(["loading", "failed", "leave", "book", "kept", "hint"].map((name) => [name, words(name)])),
      calm: calm.matches,
    });
    sayWhere();
    showKept(rooms);
  } catch (error) {
    console.info("The headset did not open:", error);
    opened.then((session) => session.end()).catch(() => {});
    say("headset-failed");
  } finally {
    headset.removeAttribute("aria-busy");
    if (kept.hidden) headset.focus();
  }
}

// The rooms that were chosen in the headset, to be booked now.
function showKept(rooms) {
  if (!rooms.length) return;
  const list = document.createElement("ul");
  const links = rooms.map(({ href, label }) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = href;
    link.textContent = label;
    item.append(link);
    return item;
  });
  list.append(...links);
  kept.querySelector("ul")?.remove();
  kept.querySelector("[data-tour-rooms]").append(list);
  kept.hidden = false;
  kept.querySelector("a").focus();
}

if (canShow()) {
  navigator.xr
    ?.isSessionSupported("immersive-vr")
    .then((can) => (headset.hidden = !can))
    .catch(() => {}); // Forbidden here, which is a no.
  headset.addEventListener("click", putOn);
  start.hidden = false;
  start.addEventListener("click", enter);
} else {
  say("none");
}
