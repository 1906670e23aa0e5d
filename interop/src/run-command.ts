// Runs a program to its end.

import { spawn } from "node:child_process";

export interface RunOptions {
  /** After this time the process is killed and the call fails. */
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Each piece of stdout and stderr as it comes. */
  readonly onOutput?: (text: string) => void;
}

export interface CommandResult {
  readonly code: number;
  /** stdout and stderr, in the order they came. */
  readonly output: string;
}

/** Resolves with any exit code; rejects when the program cannot be started, is killed, or takes too long. */
export function runCommand(command: string, args: readonly string[], options: RunOptions): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: options.env ?? process.env });
    let output = "";
    let late = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        options.onOutput?.(text);
      });
    }
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, options.timeoutMs);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(new Error(`cannot start ${command}: ${error.message}`, { cause: error }));
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (late) reject(new Error(`${command} ${args.join(" ")} took more than ${options.timeoutMs} ms\n${output}`));
      else if (code === null) reject(new Error(`${command} was killed by ${signal}\n${output}`));
      else resolve({ code, output });
    });
  });
}
