import { RpcError } from "../../model/rpc-error.ts";
import type { HttpClientSession } from "../../transport/http2/session.ts";
import type { Clock, Timer } from "../../util/clock.ts";

/** Time between two pings, in ms. gRPC servers take offence at less than 5 minutes without calls, so only with calls. */
const intervalMs = 20_000;

/** Time that the answer may take, in ms. */
const timeoutMs = 10_000;

/**
 * Finds connections that are dead without a word: pings while calls run, and destroys the session when no answer
 * comes. Without calls nothing is sent.
 *
 * @returns what stops it
 */
export function keepAlive(http: HttpClientSession, clock: Clock): () => void {
  let timer: Timer | undefined;
  let stopped = false;
  function wait(): void {
    timer = clock.setTimer(ping, intervalMs, { unref: true });
  }
  function ping(): void {
    if (http.activeStreams === 0) {
      wait();
      return;
    }
    http.ping(timeoutMs).then(
      () => {
        if (!stopped) wait();
      },
      (cause: unknown) => {
        if (stopped) return;
        http.destroy(
          new RpcError("UNAVAILABLE", "connection-lost", `the peer does not answer pings (${timeoutMs} ms)`, { cause }),
        );
      },
    );
  }
  wait();
  return () => {
    stopped = true;
    timer?.cancel();
  };
}
