// A Dubbo Java provider as a child process.

import { buildJavaPeers, type JavaPeers, mainClasses } from "./java-peers.ts";
import { findJavaTools } from "./java-tools.ts";
import { type PeerEvent, type PeerExit, PeerProcess } from "./peer-process.ts";

export interface JavaProcessOptions {
  /** INTEROP_* of interop/README.md; added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it calls itself. */
  readonly host?: string;
  /** Default: what buildJavaPeers() gives. */
  readonly peers?: JavaPeers;
  /** Default: the one of this machine. */
  readonly java?: string;
  readonly jvmOptions?: readonly string[];
  /** Each event as it comes. */
  readonly onEvent?: (event: PeerEvent) => void;
}

export interface JavaProvider extends AsyncDisposable {
  /** What its answers say they come from. */
  readonly host: string;
  readonly pid: number;
  readonly dubboPort: number;
  readonly triPort: number;
  /** GET /ready */
  readonly readyPort: number;
  /** From the start of the JVM to the exported services. */
  readonly startMs: number;
  readonly process: PeerProcess;
  /** SIGTERM and the wait for Dubbo's own shutdown, which takes 5 s even when nothing is connected. */
  stop(timeoutMs?: number): Promise<PeerExit>;
}

export async function startJava(
  mainClass: string,
  args: readonly string[],
  options: JavaProcessOptions,
): Promise<PeerProcess> {
  const { env = {}, host, onEvent } = options;
  const peers = options.peers ?? (await buildJavaPeers());
  const java = options.java ?? findJavaTools(["java"]).java;
  return new PeerProcess({
    command: java,
    args: [...(options.jvmOptions ?? []), "-cp", peers.classPath, mainClass, ...args],
    env: { ...process.env, INTEROP_EXIT_WITH_STDIN: "true", ...(host === undefined ? {} : { HOSTNAME: host }), ...env },
    ...(onEvent ? { onEvent } : {}),
  });
}

export function numberOf(event: PeerEvent, field: string): number {
  const value = event[field];
  if (typeof value !== "number") throw new Error(`"${field}" of ${JSON.stringify(event)} is not a number`);
  return value;
}

export function textOf(event: PeerEvent, field: string): string {
  const value = event[field];
  if (typeof value !== "string") throw new Error(`"${field}" of ${JSON.stringify(event)} is not a text`);
  return value;
}

/** Ready to be called; on free ports, unless `env` names them. Disposing kills it at once. */
export async function startJavaProvider(
  options: JavaProcessOptions & { readonly readyTimeoutMs?: number } = {},
): Promise<JavaProvider> {
  const freePorts = { INTEROP_DUBBO_PORT: "0", INTEROP_TRI_PORT: "0", INTEROP_READY_PORT: "0" };
  const child = await startJava(mainClasses.provider, [], { ...options, env: { ...freePorts, ...options.env } });
  try {
    const ready = await child.waitFor("ready", options.readyTimeoutMs ?? 60_000);
    return Object.freeze({
      host: textOf(ready, "host"),
      pid: numberOf(ready, "pid"),
      dubboPort: numberOf(ready, "dubboPort"),
      triPort: numberOf(ready, "triPort"),
      readyPort: numberOf(ready, "readyPort"),
      startMs: numberOf(ready, "startMs"),
      process: child,
      stop: (timeoutMs = 30_000) => child.stop(timeoutMs),
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    });
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}
