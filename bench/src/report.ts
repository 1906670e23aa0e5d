import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { type Aim, type Estimate, verdict } from "./ratio.ts";

/** What a bench has to say: its tables and what of its aims holds. */
export interface Report {
  readonly title: string;
  /** What was timed and how, in a few sentences. */
  readonly intro: string;
  /** Versions of the peers. */
  readonly versions: Readonly<Record<string, string>>;
  readonly tables: readonly Table[];
  readonly aims: readonly Aim[];
}

export interface Table {
  readonly title: string;
  /** The first row is the header. */
  readonly rows: readonly (readonly string[])[];
}

/** `6.81 (6.60 to 7.02)`. */
export function estimateText({ median, low, high }: Estimate): string {
  return `${figure(median)} (${figure(low)} to ${figure(high)})`;
}

/** Three digits that count. */
export function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function aimText(aim: Aim): string {
  const { what, ratio, atLeast, atMost } = aim;
  const bound = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  return `- ${what}, ${bound}: ${estimateText(ratio)}, **${verdict(aim)}**`;
}

function tableText({ title, rows: [header = [], ...body] }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = header.map((_, i) => (i === 0 ? "---" : "--:"));
  return [`## ${title}`, "", line(header), line(rule), ...body.map(line)].join("\n");
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();
    return `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain") === "" ? "" : ", with changes"}`;
  } catch {
    return "unknown"; // not in a checkout, as from an unpacked archive
  }
}

/** The report as a page. */
export function reportText(report: Report, command: string): string {
  const versions = Object.entries({ Node: process.versions.node, V8: process.versions.v8, ...report.versions });
  return [
    `# ${report.title}`,
    "",
    report.intro,
    "",
    `- made by \`${command}\` on ${new Date().toISOString().slice(0, 10)}, commit ${commit()}`,
    `- machine: ${availableParallelism()} cores, ${cpus()[0]?.model.trim() ?? "unknown"}, ${process.platform} ${process.arch}`,
    `- ${versions.map(([name, version]) => `${name} ${version}`).join(", ")}`,
    "- in brackets: the 90 % bootstrap interval of the median; the interval's worse end decides whether an aim is met",
    "",
    ...report.tables.flatMap((table) => [tableText(table), ""]),
    "## Aims",
    "",
    ...report.aims.map(aimText),
    "",
  ].join("\n");
}

/** Puts the page into docs/results. Returns its path. */
export function writeReport(name: string, text: string): string {
  const path = `docs/results/${name}.md`;
  mkdirSync("docs/results", { recursive: true });
  writeFileSync(path, text);
  return path;
}
