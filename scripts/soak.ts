// Tests that take longer than a tier may: over 60 s of real waiting or over 100,000 iterations.
//
//   npm run soak                                    lists what there is
//   npm run soak -- dubbo2 [--seed N] [--count N]   runs scripts/soak/dubbo2.ts
//   npm run soak -- dubbo2 --write                  and keeps the result in docs/results/soak-dubbo2.md
//   npm run soak -- hessian2 --seed 7 --from 812 --count 1   one input alone
//
// A soak is a file in scripts/soak/ that exports a `soak`: nothing lists them.

import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import type { Soak } from "./soak/lib/soak.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string" },
    from: { type: "string" },
    count: { type: "string" },
    write: { type: "boolean", default: false },
  },
});

function wholeNumber(option: "seed" | "from" | "count"): number | undefined {
  const text = values[option];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`--${option} ${text}: expected a whole number`);
  process.exit(2);
}

const files = new Map(
  globSync("scripts/soak/*.ts", { cwd: process.cwd() }).map((file) => [basename(file, ".ts"), file] as const),
);
const load = async (name: string) => ((await import(`./soak/${name}.ts`)) as { readonly soak: Soak }).soak;

const [name = ""] = positionals;
if (!files.has(name)) {
  console.error(`usage: npm run soak -- <name> [--seed N] [--count N] [--write]`);
  for (const each of [...files.keys()].sort()) console.error(`  ${each}: ${(await load(each)).about}`);
  process.exit(name === "" ? 0 : 2);
}

const seed = wholeNumber("seed") ?? Math.floor(Math.random() * 2 ** 31);
const from = wholeNumber("from") ?? 0;
const count = wholeNumber("count");
const startedAt = performance.now();
const lines = await (await load(name)).run({ seed, from, count, log: (line) => console.log(`${name}: ${line}`) });
const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
const command = `npm run soak -- ${name} --seed ${seed}${count === undefined ? "" : ` --count ${count}`}`;
const result = [
  ...lines,
  `${((performance.now() - startedAt) / 1000).toFixed(0)} s, Node ${process.versions.node}, ${cpus()[0]?.model ?? "unknown CPU"}, ` +
    `${cpus().length} cores, commit ${commit}, ${new Date().toISOString().slice(0, 10)}`,
];
for (const line of result) console.log(line);
if (values.write) {
  mkdirSync("docs/results", { recursive: true });
  const page = [`# Soak: ${name}`, "", `\`${command}\``, "", ...result.map((line) => `- ${line}`), ""];
  writeFileSync(`docs/results/soak-${name}.md`, page.join("\n"));
}
process.exit(0);
