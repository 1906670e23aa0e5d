import { publish } from "../model/events.ts";
import { RpcError } from "../model/rpc-error.ts";

/** How long the process may go on living after the drain before it is ended. */
const lingerMs = 1000;

/** The exit code of a program that Ctrl-C ended: 128 + SIGINT. */
const interrupted = 130;

let owned = false;

export interface SignalOptions {
  /** Drains; called once, by the first signal. Never rejects. */
  drain(): Promise<void>;
  /** Whether the process is ended if it still lives 1 s after the drain. */
  readonly exit: boolean;
}

/**
 * Lets SIGTERM and SIGINT drain. A second SIGTERM changes nothing, a second SIGINT ends the process at once.
 *
 * Process 1 of a container has no default action for SIGTERM: without this it would be killed after the grace period.
 *
 * @returns what gives the signals back
 *
 * Errors: FAILED_PRECONDITION `bad-option` if another server of this process has them.
 */
export function ownSignals({ drain, exit }: SignalOptions): () => void {
  if (owned) {
    throw new RpcError(
      "FAILED_PRECONDITION",
      "bad-option",
      "another server of this process drains on SIGTERM already. Create this one with { signals: false } and close it in " +
        "the other's onClosed().",
    );
  }
  owned = true;
  let draining = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (draining) {
      if (signal === "SIGINT") process.exit(interrupted);
      return;
    }
    draining = true;
    void drain().then(() => {
      release();
      process.exitCode ??= 0;
      if (exit) endLater();
    });
  };
  const release = () => {
    owned = false;
    process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  return release;
}

/** Ends the process if something keeps it alive, and says what. */
function endLater(): void {
  setTimeout(() => {
    publish("kubbo:server:kept-alive", () => ({ kept: process.getActiveResourcesInfo() }));
    process.exit();
  }, lingerMs).unref();
}
