// Runs the tests of a tier and ends with the line `N passed, M failed`.
//
//   npm test                          tier 1: unit, property and in-process tests (*.test.ts)
//   npm test -- drain backoff         only files whose path contains one of the words
//   npm run test:interop              tier 2: against Dubbo Java and other peers (*.interop.test.ts)
//   npm run test:cluster              tier 3: the tests that need the real cluster (*.cluster.test.ts)
//
// Each file is a process of its own, so that a socket or timer left behind makes that file hang, and be named.

import { appendFileSync, globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { run } from "node:test";
import { inspect, parseArgs } from "node:util";

const tiers = {
  unit: { suffix: ".test.ts", concurrency: availableParallelism(), fileTimeoutMs: 180_000 },
  interop: { suffix: ".interop.test.ts", concurrency: 2, fileTimeoutMs: 900_000 },
  cluster: { suffix: ".cluster.test.ts", concurrency: 1, fileTimeoutMs: 900_000 },
} as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tier: { type: "string", default: "unit" } },
});
if (!(values.tier in tiers)) {
  console.error(`there is no tier "${values.tier}"; there are ${Object.keys(tiers).join(", ")}`);
  process.exit(2);
}
const tier = tiers[values.tier as keyof typeof tiers];

function tierOf(file: string): string {
  return /\.(\w+)\.test\.ts$/.exec(file)?.[1] ?? "unit";
}

const files = globSync("{packages,examples,interop,test-cluster,scripts}/**/*.test.ts", {
  exclude: (path) => /(^|\/)(node_modules|dist|target)$/.test(path),
})
  .filter((file) => tierOf(file) === values.tier)
  .filter((file) => positionals.length === 0 || positionals.some((word) => file.includes(word)))
  .sort();
if (files.length === 0) {
  console.error(`no test file matches: *${tier.suffix} ${positionals.join(" ")}`);
  process.exit(2);
}

interface Failure {
  readonly file: string;
  readonly name: string;
  readonly error: unknown;
}

const startedAt = performance.now();
let passed = 0;
const failures: Failure[] = [];
const skipped: string[] = [];
/** Results per file, printed when the file is done. */
const perFile = new Map<string, { passed: number; failed: number; ms: number }>();

function resultOf(file: string) {
  const found = perFile.get(file) ?? { passed: 0, failed: 0, ms: 0 };
  perFile.set(file, found);
  return found;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

const stream = run({
  files,
  concurrency: tier.concurrency,
  timeout: tier.fileTimeoutMs,
  execArgv: ["--conditions=kubbo-source"],
});

stream.on("test:pass", (event) => {
  if (event.details.type === "suite") return;
  const file = relative(process.cwd(), event.file ?? "");
  if (event.skip !== undefined) {
    skipped.push(`${file}: ${event.name} (${event.skip === true ? "NO REASON GIVEN" : event.skip})`);
    return;
  }
  passed++;
  const result = resultOf(file);
  result.passed++;
  result.ms += event.details.duration_ms;
});

stream.on("test:fail", (event) => {
  const { error } = event.details;
  // What failed only because of a test in it: that test has been counted.
  if ("failureType" in error && error.failureType === "subtestsFailed") return;
  const file = relative(process.cwd(), event.file ?? event.name);
  const result = resultOf(file);
  result.failed++;
  result.ms += event.details.duration_ms;
  failures.push({ file, name: event.name, error: error.cause ?? error });
  console.log(`FAILED ${file}: ${event.name}`);
});

stream.on("test:diagnostic", (event) => {
  // What a test wants to be read: figures, the reason of a slow step.
  if (event.nesting > 0 || !/^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /.test(event.message)) {
    console.log(`     ${event.message}`);
  }
});
stream.on("test:stdout", (event) => process.stdout.write(event.message));
stream.on("test:stderr", (event) => process.stderr.write(event.message));

stream.on("test:summary", (event) => {
  if (event.file === undefined) return;
  const file = relative(process.cwd(), event.file);
  const result = resultOf(file);
  const mark = result.failed === 0 && event.success ? "ok  " : "FAIL";
  console.log(`${mark} ${file} (${result.passed} passed, ${seconds(event.duration_ms)})`);
});

await new Promise<void>((resolve, reject) => {
  stream.on("end", resolve);
  stream.on("error", reject);
  stream.resume();
});

for (const { file, name, error } of failures) {
  console.log(`\n--- ${file}: ${name}`);
  console.log(error instanceof Error && error.stack ? error.stack : inspect(error));
  if (error instanceof Error && error.cause) console.log("cause:", error.cause);
}
if (skipped.length > 0) console.log(`\nskipped:\n${skipped.map((line) => `  ${line}`).join("\n")}`);
console.log(`\n${values.tier} tier: ${files.length} files in ${seconds(performance.now() - startedAt)}`);
console.log(`${passed} passed, ${failures.length} failed`);

const totals = process.env["KUBBO_TEST_TOTALS"];
if (totals) appendFileSync(totals, `${passed} ${failures.length}\n`);
process.exit(failures.length > 0 || passed === 0 ? 1 : 0);
