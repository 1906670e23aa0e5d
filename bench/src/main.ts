// Makes a table of docs/results: figures of this library beside those of its peers, from one run.
//
//   npm run bench -- hessian2            prints it
//   npm run bench -- hessian2 --write    and rewrites docs/results/hessian2.md
//
//   --rounds N    default 15; a claim needs at least 9

import { parseArgs } from "node:util";
import { type Report, reportText, writeReport } from "./report.ts";
import type { RoundOptions } from "./rounds.ts";

type Bench = (options: RoundOptions) => Promise<Report>;

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  "import-cost": async () => (await import("./import-cost.ts")).importCost,
  http2: async () => (await import("./http2.ts")).http2,
  dubbo2: async () => (await import("./dubbo2.ts")).dubbo2,
  hessian2: async () => (await import("./hessian2.ts")).hessian2,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: "boolean", default: false }, rounds: { type: "string", default: "15" } },
});
const rounds = Number(values.rounds);
const names = positionals.length > 0 ? positionals : Object.keys(benches);
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0 || !(Number.isInteger(rounds) && rounds > 0)) {
  console.error(`usage: npm run bench -- [${Object.keys(benches).join(" | ")}] [--rounds N] [--write]`);
  process.exit(2);
}

for (const name of names) {
  const load = benches[name];
  if (!load) continue;
  const bench = await load();
  const startedAt = performance.now();
  const report = await bench({
    rounds,
    onRound: (round, of) => process.stderr.write(`\r${name}: round ${round} of ${of} `),
  });
  process.stderr.write(`\r${name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s${" ".repeat(20)}\n`);
  const text = reportText(report, `npm run bench -- ${name}${values.write ? " --write" : ""}`);
  console.log(text);
  if (values.write) console.log(`written: ${writeReport(name, text)}`);
}
