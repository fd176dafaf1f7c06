// Vendors what the pages load into src/tillday_ui_kit/static and compiles the one style sheet.
// Run after a change of css/, of a template's classes or of a version: npm ci && npm run build
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";

const STATIC = "src/tillday_ui_kit/static";
const MODULES = "node_modules";
const read = (path) => readFileSync(`${MODULES}/${path}`, "utf8").trim();

// One file: as several deferred scripts the live updates are lost on some loads.
const HTMX = ["htmx.min.js", "ext/hx-sse.min.js", "ext/hx-alpine-compat.min.js"];
const bundle = HTMX.map((name) => read(`htmx.org/dist/${name}`).replace(/\n?\/\/# sourceMappingURL=.*$/, ""));
writeFileSync(`${STATIC}/htmx.js`, bundle.join(";\n") + "\n");
copyFileSync(`${MODULES}/@alpinejs/csp/dist/cdn.min.js`, `${STATIC}/alpine.js`);
for (const part of ["latin", "latin-ext"]) {
  copyFileSync(
    `${MODULES}/@fontsource-variable/inter/files/inter-${part}-wght-normal.woff2`,
    `${STATIC}/inter-${part}.woff2`,
  );
}

const ICONS = readFileSync("icons.txt", "utf8").split("\n").filter(Boolean);
const symbol = (name) => {
  const drawn = read(`@tabler/icons/icons/outline/${name}.svg`);
  const inner = drawn.replace(/<!--[\s\S]*?-->/g, "").replace(/<svg[\s\S]*?>/, "").replace("</svg>", "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
};
const attributes = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
writeFileSync(
  `${STATIC}/icons.svg`,
  `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>\n${ICONS.map(symbol).join("\n")}\n</svg>\n`,
);

execFileSync("npx", ["@tailwindcss/cli", "-i", "css/tillday.css", "-o", `${STATIC}/tillday.css`, "--minify"], {
  stdio: "inherit",
});
