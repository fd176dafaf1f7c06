"use strict";
const byId = (id) => document.getElementById(id);
let shown = "";

function say(id, text, kind) {
  const place = byId(id);
  if (place.textContent !== text) place.textContent = text;
  place.className = kind;
}

function showDevice(device) {
  if (!device) { say("printer", "No printer runs here", "bad"); return; }
  const troubles = [[!device.present, "unplugged"], [device.stalled, "takes nothing"], [device.mute, "answers nothing"], [device.cover_open, "cover open"], [device.lies, "says all is well"]];
  const words = troubles.filter(([is]) => is).map(([, word]) => word);
  say("printer", words.length ? `Printer: ${words.join(", ")}` : "Printer ready", words.length ? "bad" : "good");
  say("paper", { enough: "Paper enough", low: "Paper low", out: "Out of paper" }[device.paper], { enough: "good", low: "warn", out: "bad" }[device.paper]);
  byId("drawer").setAttribute("class", device.drawer);
  say("drawer-word", device.drawer === "open" ? "The drawer is open" : "The drawer is closed", "");
  for (const button of document.querySelectorAll("[data-switch]")) {
    const value = device[button.dataset.switch];
    button.setAttribute("aria-pressed", String(button.dataset.off ? !value : value));
  }
}

function item(one) {
  const place = document.createElement("li");
  const picture = document.createElement("img");
  picture.src = `/documents/${one.number}.png`;
  picture.alt = one.title;
  place.append(picture);
  if (!one.complete) {
    const torn = document.createElement("p");
    torn.className = "torn";
    torn.textContent = "Not complete: it never reached the cut";
    place.append(torn);
  }
  return place;
}

function showPaper(state) {
  say("count", `${state.printed} printed`, "");
  const now = JSON.stringify(state.documents);
  if (now === shown) return;
  shown = now;
  byId("empty").hidden = state.documents.length > 0;
  byId("documents").replaceChildren(...state.documents.map(item));
}

async function look() {
  try {
    const state = await (await fetch("/state")).json();
    byId("name").textContent = state.name;
    document.title = state.name;
    showDevice(state.device);
    showPaper(state);
  } catch { say("printer", "The virtual printer is not running", "bad"); }
}

async function wish(wishes) {
  const answer = await fetch("/control", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wishes) });
  byId("told").textContent = answer.ok ? "" : await answer.text();
  await look();
}

for (const button of document.querySelectorAll("[data-wish]")) button.addEventListener("click", () => wish(JSON.parse(button.dataset.wish)));
for (const button of document.querySelectorAll("[data-switch]")) {
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") === "true";
    wish({ [button.dataset.switch]: button.dataset.off ? on : !on });
  });
}
(async () => { for (;;) { await look(); await new Promise((done) => setTimeout(done, 500)); } })();
