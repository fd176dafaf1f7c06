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
  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.target.method === "post" && button) setTimeout(() => (button.disabled = true));
  });
})();
