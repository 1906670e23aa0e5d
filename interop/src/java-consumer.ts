// A Dubbo Java consumer as a child process that runs to its end.

import { mainClasses } from "./java-peers.ts";
import { type JavaProcessOptions, numberOf, startJava, textOf } from "./java-provider.ts";
import type { PeerEvent } from "./peer-process.ts";

export interface JavaConsumerOptions extends JavaProcessOptions {
  /** `matrix`: every method once. `load`: a steady rate, INTEROP_RATE and INTEROP_SECONDS in `env`. */
  readonly mode: "matrix" | "load";
  /** Of OrderService: dubbo:// or tri://, several with ";" between them. */
  readonly orderUrl?: string;
  /** Of EchoService: tri:// */
  readonly echoUrl?: string;
  /** Then it is killed and the call rejects. Default 120_000. */
  readonly timeoutMs?: number;
}

export interface CaseResult {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  /** What is wrong, when it is not ok. */
  readonly wrong?: string;
}

export interface LoadResult {
  readonly target: "orders" | "echo";
  readonly made: number;
  readonly ok: number;
  readonly failed: number;
  /** Answers per pod. */
  readonly hosts: Readonly<Record<string, number>>;
  /** Failures per text. */
  readonly errors: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface JavaConsumerResult {
  /** No case and no call failed. */
  readonly ok: boolean;
  readonly cases: readonly CaseResult[];
  readonly loads: readonly LoadResult[];
  readonly startMs: number;
  readonly stderr: string;
}

const exitTimeoutMs = 20_000;

function counts(event: PeerEvent, field: string): Readonly<Record<string, number>> {
  const value = event[field];
  if (typeof value !== "object" || value === null) throw new Error(`"${field}" of ${JSON.stringify(event)} is no map`);
  return value as Record<string, number>;
}

/** Of an event `case`; also for lines that were read from the log of a pod. */
export function caseFrom(event: PeerEvent): CaseResult {
  return {
    name: textOf(event, "name"),
    ok: event["ok"] === true,
    ms: numberOf(event, "ms"),
    ...(typeof event["wrong"] === "string" ? { wrong: event["wrong"] } : {}),
  };
}

/** Of an event `load`; also for lines that were read from the log of a pod. */
export function loadFrom(event: PeerEvent): LoadResult {
  const target = textOf(event, "target");
  if (target !== "orders" && target !== "echo") throw new Error(`no target "${target}" is known`);
  return {
    target,
    made: numberOf(event, "made"),
    ok: numberOf(event, "ok"),
    failed: numberOf(event, "failed"),
    hosts: counts(event, "hosts"),
    errors: counts(event, "errors"),
    p50Ms: numberOf(event, "p50Ms"),
    p99Ms: numberOf(event, "p99Ms"),
    maxMs: numberOf(event, "maxMs"),
  };
}

/**
 * The URL of a port of this machine for a Java consumer. Told 127.0.0.1 it dials the first outer address of the machine,
 * where a server on the loopback interface does not listen; written as a number the address gets past that.
 */
export function loopbackUrl(protocol: "dubbo" | "tri", port: number): string {
  return `${protocol}://2130706433:${port}`;
}

/** Resolves when the consumer has done what it was told, also with failures; rejects when it could not even try. */
export async function runJavaConsumer(options: JavaConsumerOptions): Promise<JavaConsumerResult> {
  const { mode, orderUrl, echoUrl, timeoutMs = 120_000 } = options;
  await using child = await startJava(mainClasses.consumer, [mode], {
    ...options,
    env: {
      ...(orderUrl === undefined ? {} : { INTEROP_ORDER_URL: orderUrl }),
      ...(echoUrl === undefined ? {} : { INTEROP_ECHO_URL: echoUrl }),
      ...options.env,
    },
  });
  const done = await child.waitFor("done", timeoutMs);
  const ready = await child.waitFor("ready", 1000);
  // It closes its connections as Dubbo does; killed, it would reset them.
  await child.waitForExit(exitTimeoutMs);
  const named = (name: string) => child.events.filter((event) => event.event === name);
  return {
    ok: done["ok"] === true,
    cases: named("case").map(caseFrom),
    loads: named("load").map(loadFrom),
    startMs: numberOf(ready, "startMs"),
    stderr: child.stderr,
  };
}
