// Writes the files that are made from the code, so that they cannot say something else than the code does.
//
//   node scripts/run.mjs scripts/generate.ts           writes them
//   node scripts/run.mjs scripts/generate.ts --check   fails if one is not what would be written

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { reasons } from "../packages/kubbo/src/model/reason.ts";

function errorsPage(): string {
  const rows = Object.entries(reasons).map(([reason, meaning]) => `| \`${reason}\` | ${meaning} |`);
  return [
    "# Errors",
    "",
    "<!-- Generated from packages/kubbo/src/model/reason.ts by scripts/generate.ts. -->",
    "",
    "Every error of this library is an `RpcError`: `code` is a gRPC status code, `reason` one of the words below, `facts`",
    "are values for programs, `unprocessed` says whether it is proven that no provider began to work on the call. The",
    "message says what failed, what was seen and what to do; it may change between releases, the rest does not.",
    "",
    "| reason | meaning |",
    "| --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

const generated: Readonly<Record<string, () => string>> = {
  "docs/reference/errors.md": errorsPage,
};

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

const check = process.argv.includes("--check");
let stale = 0;
for (const [file, make] of Object.entries(generated)) {
  const text = make();
  if (read(file) === text) continue;
  stale++;
  if (check) {
    console.error(`${file} is not what the code says; run: node scripts/run.mjs scripts/generate.ts`);
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${file}`);
  }
}
if (check && stale > 0) process.exit(1);
