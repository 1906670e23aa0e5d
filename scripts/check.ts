// Everything that a change needs before it lands, one step after the other, each with its time.
//
//   npm run check                 format, lint, types, import direction, generated files, tests
//   npm run check -- --static     the same without the tests

import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { static: { type: "boolean", default: false } } });

const node = [process.execPath, "--conditions=kubbo-source"];
const steps: readonly (readonly [name: string, ...command: string[]])[] = [
  ["format and lint", "node_modules/.bin/biome", "check", "--error-on-warnings", "."],
  ["types", "node_modules/.bin/tsc", "--noEmit", "-p", "tsconfig.json"],
  ["import direction", ...node, "scripts/check-imports.ts"],
  ["generated files", ...node, "scripts/generate.ts", "--check"],
  ...(values.static ? [] : [["tests", ...node, "scripts/test.ts"] as const]),
];

for (const [name, command = "", ...rest] of steps) {
  const startedAt = performance.now();
  const { status, error } = spawnSync(command, rest, { stdio: "inherit" });
  const took = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  if (status !== 0) {
    console.error(`check: "${name}" failed after ${took}${error ? `: ${error.message}` : ""}`);
    process.exit(1);
  }
  console.log(`check: ${name} ok (${took})`);
}
