// Points of a scene are placed by clicking in its picture. The number fields stay the truth, and work without this.

const plan = document.querySelector("[data-scene-plan]");

function fieldsOf(element) {
  const row = element?.closest(".inline-related:not(.empty-form)");
  const [yaw, pitch] = ["yaw", "pitch"].map((name) => row?.querySelector(`input[name$="-${name}"]`));
  return yaw && pitch ? { row, yaw, pitch } : null;
}

function allRows() {
  return [...document.querySelectorAll(".inline-related:not(.empty-form)")].map(fieldsOf).filter(Boolean);
}

let chosen = null;

function draw() {
  plan.querySelectorAll(".scene-point").forEach((mark) => mark.remove());
  allRows().forEach(({ row, yaw, pitch }, n) => {
    const mark = document.createElement("span");
    mark.className = "scene-point";
    mark.classList.toggle("is-chosen", row === chosen);
    mark.textContent = n + 1;
    mark.style.left = `${(Number(yaw.value.replace(",", ".")) / 360 + 0.5) * 100}%`;
    mark.style.top = `${(0.5 - Number(pitch.value.replace(",", ".")) / 180) * 100}%`;
    plan.append(mark);
  });
}

if (plan) {
  // In sight of every point, however many there are.
  document.querySelector("#hotspots-group")?.prepend(plan);
  document.addEventListener("focusin", (event) => {
    const fields = fieldsOf(event.target);
    if (!fields) return;
    chosen = fields.row;
    draw();
  });
  document.addEventListener("input", (event) => fieldsOf(event.target) && draw());
  document.addEventListener("formset:added", (event) => {
    chosen = event.target;
    draw();
  });
  document.addEventListener("formset:removed", draw);
  plan.addEventListener("click", (event) => {
    const fields = fieldsOf(chosen) ?? allRows().at(-1);
    if (!fields) return;
    const box = plan.getBoundingClientRect();
    fields.yaw.value = (((event.clientX - box.left) / box.width - 0.5) * 360).toFixed(1);
    fields.pitch.value = ((0.5 - (event.clientY - box.top) / box.height) * 180).toFixed(1);
    chosen = fields.row;
    draw();
  });
  draw();
}
