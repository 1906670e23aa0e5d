// Plays what a cluster does to a service, under steady load, and shows that no call is lost.
//
//   npm run demo                 needs no cluster
//   npm run demo -- --cluster    the same on the real cluster (npm run cluster:up)

import { parseArgs } from "node:util";
import { EmbeddedStage } from "./embedded-stage.ts";
import { acts, type Watch } from "./play.ts";
import type { Report } from "./report.ts";
import { type ActResult, LiveScreen, PlainScreen, type Screen } from "./screen.ts";
import type { Stage } from "./stage.ts";

const { values } = parseArgs({ options: { cluster: { type: "boolean", default: false } } });

/** How long an act waits for what it shows, in ms. */
const limitMs = values.cluster ? 90_000 : 20_000;

async function chooseStage(): Promise<Stage> {
  if (!values.cluster) return new EmbeddedStage();
  const { ClusterStage } = await import("./cluster-stage.ts");
  return new ClusterStage();
}

/** Follows the reports: the last one, and promises for those to come. */
class Reports implements Watch {
  last: Report | undefined;
  readonly #waiting = new Set<(report: Report) => void>();

  add(report: Report): void {
    this.last = report;
    for (const look of [...this.#waiting]) look(report);
  }

  until(what: string, fits: (report: Report) => boolean): Promise<Report> {
    return new Promise((resolve, reject) => {
      const look = (report: Report) => {
        if (!fits(report)) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(report);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(
          new Error(`not within ${limitMs} ms: ${what}. The consumer's last report: ${JSON.stringify(this.last)}`),
        );
      }, limitMs);
      this.#waiting.add(look);
    });
  }

  look(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }
}

async function perform(stage: Stage, screen: Screen): Promise<number> {
  const reports = new Reports();
  const results: ActResult[] = [];
  stage.onReport((report) => {
    reports.add(report);
    screen.report(report);
  });
  screen.begin(stage.description);
  try {
    await stage.start(3);
    for (const act of acts) {
      const before = reports.last;
      const startedAt = performance.now();
      screen.act(act);
      await act.run(stage, reports);
      results.push(resultOf(act.title, (performance.now() - startedAt) / 1000, before, reports.last));
    }
  } finally {
    await stage.stop();
  }
  const { last } = reports;
  if (!last) throw new Error("the consumer never reported");
  screen.end(results, last);
  const lost = last.made - last.ok;
  console.log(
    lost === 0
      ? `All ${last.made} calls were answered.`
      : `${lost} of ${last.made} calls were not answered, and every one was promised to be.`,
  );
  return lost === 0 ? 0 : 1;
}

function resultOf(title: string, seconds: number, before: Report | undefined, after: Report | undefined): ActResult {
  const since = (count: (report: Report) => number) => (after ? count(after) : 0) - (before ? count(before) : 0);
  return {
    title,
    seconds,
    calls: since(({ made }) => made),
    failed: since(({ failed }) => failed),
    retried: since(({ retried }) => retried),
    endpoints: after?.endpoints.length ?? 0,
  };
}

const stage = await chooseStage();
// Ctrl-C ends what was started, in order.
process.once("SIGINT", () => void stage.stop().finally(() => process.exit(130)));
process.exitCode = await perform(stage, process.stdout.isTTY ? new LiveScreen() : new PlainScreen());
