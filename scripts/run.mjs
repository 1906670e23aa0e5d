#!/usr/bin/env node
// Starts a script of this repository on the Node version it is developed with.
//
// The npm package `node` (a devDependency) carries that version; this file is plain JavaScript and runs on
// Node 20, so that a machine with any supported Node can run every npm script.
//
//   node scripts/run.mjs <file.ts> [arguments]

import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const binary = `${root}node_modules/node/bin/node${process.platform === "win32" ? ".exe" : ""}`;

try {
  accessSync(binary, constants.X_OK);
} catch {
  console.error(
    `The Node binary of this repository is missing: ${binary}\n` +
      "It is put there by the install script of the npm package `node`, which `npm ci --ignore-scripts` leaves out.\n" +
      "Run:  npm rebuild node    (or `npm ci` again, with scripts)",
  );
  process.exit(2);
}

const [file, ...rest] = process.argv.slice(2);
if (!file) {
  console.error("usage: node scripts/run.mjs <file.ts> [arguments]");
  process.exit(2);
}

const child = spawn(binary, ["--conditions=kubbo-source", file, ...rest], { cwd: root, stdio: "inherit" });

// A terminal sends Ctrl-C to the whole group, so the child has it already; SIGTERM comes to this process alone.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
process.on("SIGHUP", () => child.kill("SIGHUP"));

child.on("error", (error) => {
  console.error(`cannot start ${binary}: ${error.message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => {
  if (!signal) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
