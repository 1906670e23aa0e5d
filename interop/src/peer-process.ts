// A child process that prints one JSON object per line: {"event": "...", ...}.

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface PeerEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface PeerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface PeerProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Each event as it comes. */
  readonly onEvent?: (event: PeerEvent) => void;
}

const maxStderrChars = 20_000;
const killTimeoutMs = 10_000;

/** Undefined for what is not an event: a peer's libraries may print, too. */
export function parseEvent(line: string): PeerEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "event" in value && typeof value.event === "string"
      ? (value as PeerEvent)
      : undefined;
  } catch {
    return undefined;
  }
}

export class PeerProcess implements AsyncDisposable {
  /** All events so far. */
  readonly events: PeerEvent[] = [];
  /** When it has ended and all its output is read. Never rejects. */
  readonly exited: Promise<PeerExit>;
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #waiting = new Set<() => void>();
  #stderr = "";
  #exit: PeerExit | undefined;

  constructor({ command, args, env, onEvent }: PeerProcessOptions) {
    this.#name = args.at(-1) ?? command;
    const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    // The pipe is there to be closed with this process; that the other end is gone is told by `exited`.
    child.stdin.on("error", () => {});
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-maxStderrChars);
    });
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      const event = parseEvent(line);
      if (!event) return;
      this.events.push(event);
      onEvent?.(event);
      this.#wake();
    });
    const { promise, resolve } = Promise.withResolvers<PeerExit>();
    this.exited = promise;
    const end = (exit: PeerExit) => {
      this.#exit = exit;
      resolve(exit);
      this.#wake();
    };
    child.on("error", (error) => {
      this.#stderr += `cannot start ${command}: ${error.message}`;
      if (child.pid === undefined) end({ code: null, signal: null });
    });
    child.on("close", (code, signal) => end({ code, signal }));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The end of what it wrote to stderr. */
  get stderr(): string {
    return this.#stderr;
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** The first event of that name, past or to come. Rejects when the process ends or the time is over. */
  waitFor(name: string, timeoutMs: number): Promise<PeerEvent> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        this.#waiting.delete(check);
      };
      const check = () => {
        const event = this.events.find((one) => one.event === name);
        if (event) {
          stop();
          resolve(event);
        } else if (this.#exit) {
          stop();
          const { code, signal } = this.#exit;
          reject(new Error(`${this.#name} ended (${signal ?? `code ${code}`}) without "${name}":\n${this.#stderr}`));
        }
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`${this.#name} did not print "${name}" within ${timeoutMs} ms:\n${this.#stderr}`));
      }, timeoutMs);
      this.#waiting.add(check);
      check();
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to end, and kills it when it does not. */
  async stop(timeoutMs: number): Promise<PeerExit> {
    this.kill("SIGTERM");
    const timer = setTimeout(() => this.kill("SIGKILL"), timeoutMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Rejects when it still runs after that time. */
  async waitForExit(timeoutMs: number): Promise<PeerExit> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new Error(`${this.#name} (${this.pid}) still runs after ${timeoutMs} ms:\n${this.#stderr}`)),
      timeoutMs,
    );
    try {
      return await Promise.race([this.exited, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Kills it at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#exit) return;
    this.kill("SIGKILL");
    await this.waitForExit(killTimeoutMs);
  }
}
