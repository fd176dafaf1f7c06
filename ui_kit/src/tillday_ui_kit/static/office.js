// What the back office's pages do by themselves: say whether they are live, and choose what to see at once.
"use strict";

(() => {
  const say = (live) => {
    document.documentElement.dataset.live = live ? "yes" : "no";
  };
  say(true);
  document.addEventListener("htmx:sse:after:connection", () => say(true));
  document.addEventListener("htmx:sse:after:message", () => say(true));
  for (const name of ["htmx:sse:error", "htmx:sse:close", "htmx:error"]) {
    document.addEventListener(name, () => say(false));
  }
  window.addEventListener("offline", () => say(false));

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-at-once]")) event.target.form.requestSubmit();
  });
  // Coins and notes: a colour is seen as soon as it is chosen, and a row moves with the button that was pressed.
  document.addEventListener("change", (event) => {
    const kind = event.target.dataset.paints;
    if (!kind) return;
    const swatch = event.target.closest("li").querySelector(".piece-swatch");
    swatch.className = `piece-swatch ${kind}-swatch ${kind}-${event.target.value}`;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const row = button.closest("li");
    const isUp = button.dataset.move === "up";
    const other = isUp ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (isUp) other.before(row);
    else other.after(row);
    button.focus();
    const said = button.form.querySelector("[data-moved]");
    said.textContent = said.dataset.text.replace("%s", [...row.parentElement.children].indexOf(row) + 1);
  });
  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.target.method === "post" && button) setTimeout(() => (button.disabled = true));
  });
})();
