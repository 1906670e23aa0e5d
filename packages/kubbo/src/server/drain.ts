import { publish } from "../model/events.ts";
import type { ProtocolServer } from "../model/protocol-server.ts";
import type { Clock } from "../util/clock.ts";
import type { Closable } from "./options.ts";

export interface DrainParts {
  readonly servers: readonly ProtocolServer[];
  readonly clients: readonly Closable[];
  readonly delayMs: number;
  readonly graceMs: number;
  readonly clock: Clock;
}

/** How long after the announcement calls may still arrive that were sent before it was heard. */
const lastCallsMs = 500;

/**
 * The end of a server, in order. The readiness probe has turned to 503 before this begins.
 *
 * ```
 *   serve on for delayMs          consumers learn from Kubernetes that we go
 *   announce                      GOAWAY, readonly event; no new connections
 *   let running calls finish      at most graceMs, then connections are cut
 *   close the clients             outbound last: running calls may have needed them
 * ```
 */
export async function drain({ servers, clients, delayMs, graceMs, clock }: DrainParts): Promise<void> {
  const activeCalls = () => servers.reduce((sum, server) => sum + server.activeCalls, 0);
  publish("kubbo:server:drain", () => ({ step: "not-ready", activeCalls: activeCalls() }));
  await sleep(clock, delayMs);

  const drained = Promise.all(servers.map((server) => server.drain(lastCallsMs)));
  publish("kubbo:server:drain", () => ({ step: "announced", activeCalls: activeCalls() }));
  const inTime = await within(clock, graceMs, drained);
  publish("kubbo:server:drain", () => ({ step: inTime ? "finished" : "cut-off", activeCalls: activeCalls() }));
  for (const server of servers) server.destroy();

  await Promise.all(clients.map((client) => client.close()));
}

function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms <= 0) resolve();
    else clock.setTimer(resolve, ms);
  });
}

/** Whether `done` resolves in time. The timer does not outlive it, or the process would. */
function within(clock: Clock, ms: number, done: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(() => resolve(false), ms);
    void done.then(() => {
      timer.cancel();
      resolve(true);
    });
  });
}
