// What a page does by itself: number pads, the barcode scanner, the look. Everything else the server decides.
"use strict";

document.addEventListener("alpine:init", () => {
  // Digits typed on a pad. data-digits: minor digits of an amount, "" for a plain number.
  Alpine.data("pad", () => ({
    typed: "",
    longest: 9,
    init() {
      this.longest = Number(this.$el.dataset.longest || 9);
      this.typed = this.$el.dataset.typed || "";
    },
    press(digit) {
      if (this.typed.length < this.longest) this.typed += digit;
    },
    back() {
      this.typed = this.typed.slice(0, -1);
    },
    clear() {
      this.typed = "";
    },
    get dots() {
      return "●".repeat(this.typed.length);
    },
    get number() {
      return this.typed === "" ? "0" : String(Number(this.typed));
    },
    get amount() {
      const digits = Number(this.$root.dataset.digits || 0);
      const whole = this.typed.padStart(digits + 1, "0");
      const point = this.$root.dataset.point || ".";
      const head = String(Number(whole.slice(0, whole.length - digits)));
      return digits === 0 ? head : head + point + whole.slice(whole.length - digits);
    },
    key(event) {
      if (event.target.matches("input:not([type=radio]), select, textarea")) return;
      if (this.$root.closest("[inert]")) return;
      if (/^[0-9]$/.test(event.key)) this.press(event.key);
      else if (event.key === "Backspace") this.back();
      else return;
      event.stopPropagation();
    },
  }));
});

// A scanner types fast and ends with Enter; a person does neither. It works wherever nothing else is typed into.
(() => {
  const FASTEST_PERSON_MS = 60;
  let code = "";
  let last = 0;
  document.addEventListener("keydown", (event) => {
    const scanner = document.getElementById("scanner");
    if (!scanner || event.target.matches("input:not([type=radio]), select, textarea")) return;
    const now = event.timeStamp;
    if (event.key === "Enter") {
      if (code.length >= 3 && now - last < FASTEST_PERSON_MS * 3) {
        event.preventDefault();
        scanner.elements.code.value = code;
        scanner.requestSubmit();
      }
      code = "";
      return;
    }
    if (event.key.length !== 1) return;
    code = now - last < FASTEST_PERSON_MS ? code + event.key : event.key;
    last = now;
  });
})();

// Whoever answers has gone: say so until the next answer.
for (const name of ["htmx:error", "htmx:response:error"]) {
  document.addEventListener(name, () => document.getElementById("away")?.removeAttribute("hidden"));
}
document.addEventListener("htmx:after:swap", () => document.getElementById("away")?.setAttribute("hidden", ""));

// The server says which look it is; the root element is outside what it swaps.
document.addEventListener("htmx:after:swap", () => {
  const shell = document.getElementById("shell");
  if (!shell) return;
  const root = document.documentElement;
  root.lang = shell.dataset.language;
  if (shell.dataset.look === "auto") root.removeAttribute("data-theme");
  else root.dataset.theme = shell.dataset.look;
});
