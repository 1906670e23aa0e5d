/**
 * The life of the connection to one endpoint, as a pure function; `connection.ts` owns the sockets and timers.
 *
 * ```
 *           open            opened             lost, drained (lived long)
 *   idle ----------> connecting -------> ready ----------------------------.
 *    ^                |   ^                |  lost, drained (lived short)  |
 *    |          failed |   | due           v                              v
 *    |                 '--> backoff <------'                         connecting
 *    '---- release (from any state but closed)                 close: from any state to closed
 * ```
 */
export type ConnectionState =
  | { readonly t: "idle" }
  | { readonly t: "connecting" /** Failures in a row before this one. */; readonly failures: number }
  | { readonly t: "ready"; readonly sinceMs: number }
  | { readonly t: "backoff"; readonly failures: number; readonly untilMs: number }
  | { readonly t: "closed" };

export type ConnectionEvent =
  | "open" // somebody wants it
  | "opened" // usable
  | "failed" // the attempt did not succeed
  | "lost" // it broke
  | "drained" // the peer asked for no new calls
  | "due" // the backoff is over
  | "release" // nobody wants it
  | "close"; // never again

/** A connection that did not live this long counts as a failure: the next attempt waits. */
export const shortLifeMs = 1000;

export function nextConnectionState(
  state: ConnectionState,
  event: ConnectionEvent,
  nowMs: number,
  delayMs: (failures: number) => number,
): ConnectionState {
  if (state.t === "closed") return state;
  if (event === "close") return { t: "closed" };
  if (event === "release") return state.t === "idle" ? state : { t: "idle" };
  const backoff = (failures: number): ConnectionState => ({
    t: "backoff",
    failures,
    untilMs: nowMs + delayMs(failures),
  });
  switch (state.t) {
    case "idle":
      return event === "open" ? { t: "connecting", failures: 0 } : state;
    case "connecting":
      if (event === "opened") return { t: "ready", sinceMs: nowMs };
      return event === "failed" ? backoff(state.failures + 1) : state;
    case "ready":
      if (event !== "lost" && event !== "drained") return state;
      return nowMs - state.sinceMs < shortLifeMs ? backoff(1) : { t: "connecting", failures: 0 };
    case "backoff":
      return event === "due" ? { t: "connecting", failures: state.failures } : state;
    default:
      return state satisfies never;
  }
}
