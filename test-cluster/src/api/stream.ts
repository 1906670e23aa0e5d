import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { CommandError } from "../host/command.ts";
import { commandInGroup } from "../host/group.ts";

/**
 * The lines that a command prints, as it prints them. Leaving the loop kills the command.
 *
 * Errors: CommandError when the command ends with another code than 0; the signal's reason when aborted.
 */
export async function* linesOf(
  program: string,
  args: readonly string[],
  { signal, group }: { readonly signal?: AbortSignal | undefined; readonly group?: string | undefined } = {},
): AsyncGenerator<string, void, undefined> {
  signal?.throwIfAborted();
  const [file, ...words] = group === undefined ? [program, ...args] : commandInGroup(group, [program, ...args]);
  const child = spawn(file, words, { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });
  const ended = new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(`cannot be run: ${error.message}`));
    child.on("close", (code, by) => resolve(code === 0 ? undefined : by ? `killed by ${by}` : `exit code ${code}`));
  });
  const kill = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", kill, { once: true });
  try {
    yield* createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
    const why = await ended;
    signal?.throwIfAborted();
    if (why !== undefined) {
      const command = [program, ...args].join(" ").slice(0, 300);
      throw new CommandError(command, why, { stdout: "", stderr, code: child.exitCode ?? undefined });
    }
  } finally {
    signal?.removeEventListener("abort", kill);
    kill();
    // A child of the command may live on and hold the pipes; nobody reads them any more.
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/**
 * JSON objects out of lines in which each begins with `{` and ends with `}` in the first column, as kubectl prints
 * them. Objects on a single line are taken as well.
 */
export async function* objectsOf(lines: AsyncIterable<string>): AsyncGenerator<unknown, void, undefined> {
  let held: string[] = [];
  for await (const line of lines) {
    held.push(line);
    if (!line.startsWith("}") && !(held.length === 1 && line.startsWith("{") && line.endsWith("}"))) continue;
    yield JSON.parse(held.join("\n"));
    held = [];
  }
}
