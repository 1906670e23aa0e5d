import { spawn } from "node:child_process";
import { ClusterError } from "./error.ts";
import { commandInGroup } from "./group.ts";

export interface CommandOptions {
  /** Written to the command's standard input, which is empty otherwise. */
  readonly input?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Ends the command with SIGKILL and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The command is killed after this many ms. Default 30_000. */
  readonly timeoutMs?: number | undefined;
  /** Variables added to this process' own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Control group that the command and all its children belong to, so that they can be found when we are killed. */
  readonly group?: string | undefined;
  /** Gets each chunk of both outputs as it comes, for commands that run long. */
  readonly onOutput?: (text: string) => void;
}

export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that ended with another code than 0, was killed, or could not be started. */
export class CommandError extends ClusterError {
  readonly command: string;
  /** Exit code; undefined when the command was killed or never started. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;

  constructor(command: string, why: string, output: CommandOutput & { readonly code: number | undefined }) {
    const said = (output.stderr.trim() || output.stdout.trim()).slice(-4000);
    super(`${command}: ${why}${said ? `\n${said}` : ""}`);
    this.name = "CommandError";
    this.command = command;
    this.code = output.code;
    this.stdout = output.stdout;
    this.stderr = output.stderr;
  }
}

/** Runs a command to its end. Errors: CommandError with both outputs, unless it ends with code 0 in time. */
export async function run(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandOutput> {
  const { signal, timeoutMs = 30_000 } = options;
  signal?.throwIfAborted();
  const shown = [program, ...args].join(" ").slice(0, 300);
  const [file, ...words] =
    options.group === undefined ? [program, ...args] : commandInGroup(options.group, [program, ...args]);
  const child = spawn(file, words, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });

  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      options.onOutput?.(text);
    });
  }

  const kill = () => {
    child.kill("SIGKILL");
    // Its own children may live on and hold the pipes.
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeoutMs);
  signal?.addEventListener("abort", kill, { once: true });
  const fed = options.input === undefined ? undefined : feed(child.stdin, options.input);
  try {
    const [code, by] = await new Promise<readonly [number | null, string | null]>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (exitCode, bySignal) => resolve([exitCode, bySignal]));
    });
    if (code === 0) {
      await fed;
      return output;
    }
    signal?.throwIfAborted();
    const why = timedOut ? `no end within ${timeoutMs} ms` : by ? `killed by ${by}` : `exit code ${code}`;
    throw new CommandError(shown, why, { ...output, code: code ?? undefined });
  } catch (error) {
    if (error instanceof CommandError || signal?.aborted) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(shown, `cannot be run: ${why}`, { ...output, code: undefined });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", kill);
    // The input may fail with EPIPE when the command ends early; its exit code has said why.
    fed?.catch(() => {});
  }
}

async function feed(
  stdin: NodeJS.WritableStream | null,
  input: string | Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  if (!stdin) return;
  const failed = new Promise<never>((_, reject) => stdin.on("error", reject));
  const written = async () => {
    if (typeof input === "string" || input instanceof Uint8Array) {
      stdin.end(input);
      return;
    }
    for await (const chunk of input) {
      if (!stdin.write(chunk)) await new Promise<void>((resolve) => stdin.once("drain", resolve));
    }
    stdin.end();
  };
  await Promise.race([written(), failed]);
}
