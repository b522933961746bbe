// The places of a room are put on its plan by clicking. The number fields stay the truth, and work without this.

const plan = document.querySelector("[data-unit-places]");
const rows = [...document.querySelectorAll("#units-group tr.form-row:not(.empty-form)")].flatMap((row) => {
  const [x, y] = ["plan_x", "plan_y"].map((name) => row.querySelector(`input[name$="-${name}"]`));
  return x && y ? [{ row, x, y, number: row.querySelector(".field-number")?.textContent.trim() }] : [];
});

if (plan && rows.length) {
  let chosen = rows.find(({ x }) => !x.value) ?? rows[0];

  const draw = () => {
    plan.querySelectorAll(".scene-point").forEach((mark) => mark.remove());
    for (const one of rows) {
      if (!one.x.value || !one.y.value) continue;
      const mark = document.createElement("span");
      mark.className = "scene-point";
      mark.classList.toggle("is-chosen", one === chosen);
      mark.textContent = one.number;
      mark.style.left = `${Number(one.x.value)}%`;
      mark.style.top = `${Number(one.y.value)}%`;
      plan.append(mark);
    }
    for (const one of rows) one.row.classList.toggle("is-chosen-place", one === chosen);
  };

  // In sight of every row, however many there are.
  document.querySelector("#units-group .module")?.prepend(plan);
  document.addEventListener("focusin", ({ target }) => {
    const found = rows.find(({ row }) => row.contains(target));
    if (!found) return;
    chosen = found;
    draw();
  });
  document.addEventListener("input", ({ target }) => rows.some(({ x, y }) => target === x || target === y) && draw());
  plan.addEventListener("click", (event) => {
    const box = plan.getBoundingClientRect();
    chosen.x.value = Math.round(((event.clientX - box.left) / box.width) * 100);
    chosen.y.value = Math.round(((event.clientY - box.top) / box.height) * 100);
    chosen = rows.find(({ x }) => !x.value) ?? chosen;
    draw();
  });
  draw();
}
