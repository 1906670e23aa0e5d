import type { Act } from "./play.ts";
import type { Report, ReportedEndpoint } from "./report.ts";

/** What happened in an act. */
export interface ActResult {
  readonly title: string;
  readonly seconds: number;
  readonly calls: number;
  readonly failed: number;
  readonly retried: number;
  readonly endpoints: number;
}

/** Shows the play to people: a live picture on a terminal, plain lines elsewhere. */
export interface Screen {
  begin(description: string): void;
  act(act: Act): void;
  report(report: Report): void;
  end(results: readonly ActResult[], last: Report): void;
}

const barWidth = 24;

/** Calls per second of each pod, from the last reports. */
class Rates {
  readonly #seen: { readonly atMs: number; readonly report: Report }[] = [];

  add(report: Report): void {
    this.#seen.push({ atMs: performance.now(), report });
    if (this.#seen.length > 5) this.#seen.shift();
  }

  of(pod: string): number {
    const first = this.#seen[0];
    const last = this.#seen.at(-1);
    if (!first || !last || last.atMs === first.atMs) return 0;
    const answers = (last.report.answers[pod] ?? 0) - (first.report.answers[pod] ?? 0);
    return (answers * 1000) / (last.atMs - first.atMs);
  }
}

function stateOf({ ready, terminating, connected }: ReportedEndpoint): string {
  const condition = terminating ? "terminating" : ready ? "ready" : "not ready";
  return connected ? `${condition}, connected` : condition;
}

function totals({ made, failed, retried, state }: Report): string {
  return `${made} calls, ${failed} failed, ${retried} made again; endpoints known by watch: ${state}`;
}

function summary(results: readonly ActResult[]): readonly string[] {
  const header = ["act", "seconds", "calls", "failed", "made again", "endpoints"];
  const rows = results.map((each) => [
    each.title,
    each.seconds.toFixed(1),
    String(each.calls),
    String(each.failed),
    String(each.retried),
    String(each.endpoints),
  ]);
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return [line(header), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)];
}

/** Lines for logs and pipes: each act, and a line about once in two seconds. */
export class PlainScreen implements Screen {
  readonly #rates = new Rates();
  #shownAt = 0;

  begin(description: string): void {
    console.log(`kubbo demo: ${description}`);
  }

  act({ title, tell }: Act): void {
    console.log(`\n== ${title}: ${tell}`);
  }

  report(report: Report): void {
    this.#rates.add(report);
    if (performance.now() - this.#shownAt < 2000) return;
    this.#shownAt = performance.now();
    const pods = report.endpoints.map(
      (each) => `${each.pod} ${this.#rates.of(each.pod).toFixed(0)}/s (${stateOf(each)})`,
    );
    console.log(`   ${totals(report)} | ${pods.join("; ")}`);
  }

  end(results: readonly ActResult[], last: Report): void {
    console.log(`\n${summary(results).join("\n")}`);
    for (const error of last.errors) console.log(`failed: ${error}`);
  }
}

/** A picture that is drawn again over itself. */
export class LiveScreen implements Screen {
  readonly #rates = new Rates();
  readonly #done: string[] = [];
  #description = "";
  #act: Act | undefined;
  #lines = 0;

  begin(description: string): void {
    this.#description = description;
  }

  act(act: Act): void {
    if (this.#act) this.#done.push(this.#act.title);
    this.#act = act;
  }

  report(report: Report): void {
    this.#rates.add(report);
    const top = Math.max(1, ...report.endpoints.map(({ pod }) => this.#rates.of(pod)));
    const rows = report.endpoints.map((each) => {
      const rate = this.#rates.of(each.pod);
      const bar = "█".repeat(Math.round((rate / top) * barWidth)).padEnd(barWidth, "·");
      return `  ${each.pod.padEnd(18)} ${each.address.padEnd(21)} ${stateOf(each).padEnd(24)} ${bar} ${rate.toFixed(0).padStart(4)}/s`;
    });
    this.#draw([
      bold("kubbo demo"),
      dim(this.#description),
      "",
      ...this.#done.map((title) => `  ✓ ${title}`),
      ...(this.#act ? [`  ▸ ${bold(this.#act.title)}  ${this.#act.tell}`] : []),
      "",
      ...rows,
      "",
      `  ${totals(report)}`,
    ]);
  }

  end(results: readonly ActResult[], last: Report): void {
    this.#draw([bold("kubbo demo"), dim(this.#description), "", ...summary(results).map((line) => `  ${line}`), ""]);
    for (const error of last.errors) console.log(`  failed: ${error}`);
  }

  #draw(lines: readonly string[]): void {
    const width = process.stdout.columns || 120;
    // Up over the old picture, then each line over what stood there; what is left below is cleared.
    const up = this.#lines > 0 ? `\u001b[${this.#lines}A` : "";
    process.stdout.write(`${up}${lines.map((line) => `\u001b[2K${line.slice(0, width + 8)}\n`).join("")}\u001b[J`);
    this.#lines = lines.length;
  }
}

function bold(text: string): string {
  return `\u001b[1m${text}\u001b[22m`;
}

function dim(text: string): string {
  return `\u001b[2m${text}\u001b[22m`;
}
