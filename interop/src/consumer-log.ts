import type { Cluster } from "../../test-cluster/src/cluster.ts";
import type { Failure, LoadReport, Report } from "./load.ts";

/** Sums of some loads of a report. */
export interface Totals {
  readonly made: number;
  readonly ok: number;
  readonly failed: number;
  readonly retried: number;
}

/** Time before a log that broke off is read again, in ms. */
const retryMs = 500;

/**
 * Follows what a consumer's pod prints. A log that breaks off (it comes by way of the API server) is read again, and goes
 * on where it was: the node has kept the lines.
 */
export class ConsumerLog implements Disposable {
  readonly failures: Failure[] = [];
  /** All reports so far. */
  readonly reports: Report[] = [];
  readonly #stop = new AbortController();
  readonly #waiting = new Set<() => void>();
  #seen = 0;

  constructor(cluster: Cluster, namespace: string, name: string) {
    void this.#follow(cluster, namespace, name); // never rejects
  }

  async #follow(cluster: Cluster, namespace: string, name: string): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted && this.#last?.event !== "done") {
      try {
        let line = 0;
        for await (const text of cluster.logs({ namespace, name }, { follow: true, signal })) {
          if (++line > this.#seen) this.#take(text);
        }
      } catch {
        // The API server is down, or the pod has not started: what is waited for has its own time-out.
      }
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }

  #take(text: string): void {
    this.#seen++;
    if (!text.startsWith("{")) return;
    const event = JSON.parse(text) as Report | Failure | { readonly event: "ready" };
    if (event.event === "failure") this.failures.push(event);
    else if (event.event !== "ready") this.reports.push(event);
    this.#wake();
  }

  get #last(): Report | undefined {
    return this.reports.at(-1);
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** How late the consumer's event loop was between two moments, in ms. */
  loopDelayMs(fromMs: number, untilMs: number): number {
    const after = this.reports.findIndex(({ atMs }) => atMs >= untilMs);
    const reports = this.reports.slice(0, after < 0 ? undefined : after + 1).filter(({ atMs }) => atMs >= fromMs);
    return Math.max(0, ...reports.map(({ loopDelayMs }) => loopDelayMs));
  }

  get last(): Report {
    if (!this.#last) throw new Error("the consumer has not reported yet");
    return this.#last;
  }

  load(name: string): LoadReport {
    const found = this.last.loads[name];
    if (!found) throw new Error(`the consumer has no load ${name}`);
    return found;
  }

  totals(): Totals {
    const loads = Object.values(this.last.loads);
    const sum = (count: (load: LoadReport) => number) => loads.reduce((all, load) => all + count(load), 0);
    return {
      made: sum(({ made }) => made),
      ok: sum(({ ok }) => ok),
      failed: sum(({ failed }) => failed),
      retried: this.last.retried,
    };
  }

  /** Resolves with the newest report once that fits. */
  until(what: string, fits: (report: Report) => boolean, limitMs = 60_000): Promise<Report> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const look = () => {
        if (!this.#last || !fits(this.#last)) return;
        done();
        resolve(this.#last);
      };
      const timer = setTimeout(() => {
        done();
        reject(
          new Error(
            `not within ${limitMs} ms: ${what}\nlast report: ${JSON.stringify(this.#last)}\n` +
              `last failures: ${JSON.stringify(this.failures.slice(-3))}`,
          ),
        );
      }, limitMs);
      this.#waiting.add(look);
      look();
    });
  }
}

/** The pods that a load has reached, as far as they are among these. */
export function reaches(report: Report, load: string, pods: readonly string[]): boolean {
  const hosts = report.loads[load]?.hosts ?? {};
  return pods.every((pod) => (hosts[pod] ?? 0) > 0);
}
