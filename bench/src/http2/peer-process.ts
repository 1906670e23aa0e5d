import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Order } from "./peer.ts";

/** A process that does what it is told, one order at a time. */
export class PeerProcess {
  readonly #child: ChildProcess;

  constructor(name: string) {
    // KUBBO_BENCH_PROFILE: a folder for CPU profiles, one per process.
    const profiles = process.env["KUBBO_BENCH_PROFILE"];
    const profiling = profiles
      ? ["--cpu-prof", `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${name.replace(/\W+/g, "-")}.cpuprofile`]
      : [];
    this.#child = fork(fileURLToPath(new URL("./peer.ts", import.meta.url)), [], {
      execArgv: [...process.execArgv, ...profiling],
    });
  }

  order(order: Order): Promise<number> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`the peer ended with ${code}`));
      this.#child.once("exit", onExit);
      this.#child.once("message", (answer: { readonly result?: number; readonly error?: string }) => {
        this.#child.off("exit", onExit);
        if (answer.result === undefined) reject(new Error(answer.error));
        else resolve(answer.result);
      });
      this.#child.send(order);
    });
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.disconnect();
    await ended;
  }
}
