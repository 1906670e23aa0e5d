// A TypeScript consumer under steady load, in a pod: calls what LOADS says and prints what it sees as JSON lines.
import { subscribe } from "node:diagnostics_channel";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createClient, type Reference, RpcError } from "kubbo";
import { EchoService } from "../gen/dev/kubbo/interop/v1/echo_pb.ts";
import { OrderService } from "./contracts/order-service.ts";
import type { Load, LoadReport, Report } from "./load.ts";

const loads: readonly Load[] = JSON.parse(process.env["LOADS"] ?? "[]");

/** How often a report is printed, in ms. */
const reportMs = 250;

/** How often calls are begun, in ms. */
const tickMs = 10;

const client = createClient({ application: "interop-consumer" });

function print(event: object): void {
  console.log(JSON.stringify(event));
}

/** One kind of calls: where, how many a second, and what came of them. */
class Running {
  readonly load: Load;
  readonly #call: () => Promise<string>;
  readonly #hosts: Record<string, number> = {};
  /** When each host gave its first answer, in ms since the epoch. */
  readonly #firstAnswers: Record<string, number> = {};
  #made = 0;
  #ok = 0;
  #failed = 0;

  constructor(load: Load) {
    this.load = load;
    const { service, rate: _, name: __, ...options } = load;
    if (service === "orders") {
      const orders: Reference<typeof OrderService> = client.refer(OrderService, options);
      this.#call = () => orders.hostname();
    } else {
      const echo: Reference<typeof EchoService> = client.refer(EchoService, options);
      // Not idempotent: a retry would have to be proven harmless.
      this.#call = async () => (await echo.echo({ text: load.name })).host;
    }
  }

  /** Begins as many calls as the rate asks for since the start. */
  tick(elapsedMs: number): void {
    const due = Math.floor((elapsedMs / 1000) * this.load.rate);
    while (this.#made < due) {
      this.#made++;
      void this.#one(); // never rejects
    }
  }

  async #one(): Promise<void> {
    const startedMs = Date.now();
    try {
      const host = await this.#call();
      this.#ok++;
      this.#hosts[host] = (this.#hosts[host] ?? 0) + 1;
      this.#firstAnswers[host] ??= Date.now();
    } catch (error) {
      this.#failed++;
      const { code, reason, message } = RpcError.from(error);
      print({ event: "failure", load: this.load.name, startedMs, endedMs: Date.now(), code, reason, message });
    }
  }

  report(): LoadReport {
    return {
      made: this.#made,
      ok: this.#ok,
      failed: this.#failed,
      hosts: { ...this.#hosts },
      firstAnswers: { ...this.#firstAnswers },
    };
  }
}

let retried = 0;
subscribe("kubbo:call:retried", () => retried++);

const loopDelay = monitorEventLoopDelay({ resolution: 5 });
loopDelay.enable();

const running = loads.map((load) => new Running(load));
const startedAt = performance.now();
const ticking = setInterval(() => {
  for (const each of running) each.tick(performance.now() - startedAt);
}, tickMs);

function report(event: "report" | "done"): void {
  const byName = Object.fromEntries(running.map((each) => [each.load.name, each.report()]));
  const references = client.inspect().references.map(({ target, state, endpoints, error }, index) => ({
    load: loads[index]?.name ?? "",
    target,
    state,
    endpoints: endpoints.map(({ pod, ready, terminating, connected }) => ({ pod, ready, terminating, connected })),
    error,
  }));
  const line: Report = {
    event,
    atMs: Date.now(),
    retried,
    loopDelayMs: Math.ceil(loopDelay.max / 1e6),
    loads: byName,
    references,
  };
  print(line);
  loopDelay.reset();
}
const reporting = setInterval(() => report("report"), reportMs);

process.once("SIGTERM", async () => {
  clearInterval(ticking);
  await client.close(); // running calls finish
  clearInterval(reporting);
  report("done");
});
print({ event: "ready" });
