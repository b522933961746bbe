// The end follows the beginning: moved by an hour, it ends an hour later. A page sent back with
// errors keeps what was written in it.

// Both without their zone: an event of two hours has two hours on the day the clocks change too.
const inMilliseconds = (field) => Date.parse(`${field.value}Z`);

for (const end of document.querySelectorAll("input[data-follows]")) {
  const start = end.form.elements[end.dataset.follows];
  let before = inMilliseconds(start);
  start.addEventListener("change", () => {
    const now = inMilliseconds(start);
    const moved = inMilliseconds(end) + now - before;
    if (Number.isFinite(moved)) end.value = new Date(moved).toISOString().slice(0, "2026-01-01T10:00".length);
    if (Number.isFinite(now)) before = now;
  });
}
