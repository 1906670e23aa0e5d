import type { Cluster } from "../../test-cluster/src/cluster.ts";
import type { Failure, LoadReport, Report } from "./load.ts";

/** Sums of some loads of a report. */
export interface Totals {
  readonly made: number;
  readonly ok: number;
  readonly failed: number;
  readonly retried: number;
}

/** Follows what a consumer's pod prints. */
export class ConsumerLog {
  readonly failures: Failure[] = [];
  #last: Report | undefined;
  readonly #waiting = new Set<() => void>();
  #ended = false;
  #trouble: unknown;

  constructor(cluster: Cluster, namespace: string, name: string) {
    void this.#follow(cluster, namespace, name); // never rejects
  }

  async #follow(cluster: Cluster, namespace: string, name: string): Promise<void> {
    try {
      for await (const line of cluster.logs({ namespace, name }, { follow: true })) {
        if (!line.startsWith("{")) continue;
        const event = JSON.parse(line) as Report | Failure | { readonly event: "ready" };
        if (event.event === "failure") this.failures.push(event);
        else if (event.event !== "ready") this.#last = event;
        this.#wake();
      }
    } catch (error) {
      this.#trouble = error;
    }
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
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

  /** The first report that fits, from now on. */
  until(what: string, fits: (report: Report) => boolean, limitMs = 60_000): Promise<Report> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const look = () => {
        if (this.#last && fits(this.#last)) {
          done();
          resolve(this.#last);
        } else if (this.#ended) {
          done();
          reject(new Error(`the consumer's log ended before: ${what}`, { cause: this.#trouble }));
        }
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
