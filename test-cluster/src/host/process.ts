import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * A process that cannot be mistaken for another one: numbers are used again, number and start time together are not.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks between boot and start of the process. */
  readonly startTicks: number;
}

/**
 * Reads a line of /proc/PID/stat. Undefined when it is cut or is none.
 *
 * Source: proc(5): field 1 is the pid, field 2 the name in brackets (any characters), field 22 the start time.
 */
export function identityFromStat(line: string): (ProcessIdentity & { readonly state: string }) | undefined {
  const pid = Number.parseInt(line, 10);
  const afterName = line
    .slice(line.lastIndexOf(")") + 2)
    .trim()
    .split(" ");
  const startTicks = Number(afterName[19]);
  if (!Number.isInteger(pid) || !Number.isInteger(startTicks) || afterName.length < 20) return undefined;
  return { pid, startTicks, state: afterName[0] ?? "?" };
}

/** The process that has this number now; undefined when there is none, or only a zombie. */
export function processOf(pid: number): ProcessIdentity | undefined {
  try {
    const found = identityFromStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
    return found && found.state !== "Z" && found.state !== "X" ? found : undefined;
  } catch {
    return undefined; // gone, which is an answer
  }
}

export function isAlive(process: ProcessIdentity): boolean {
  return processOf(process.pid)?.startTicks === process.startTicks;
}

/** Sends a signal if, and only if, the number still belongs to the same process. */
export function killProcess(target: ProcessIdentity, signal: "SIGTERM" | "SIGKILL"): void {
  if (!isAlive(target)) return;
  try {
    process.kill(target.pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

/** When the process started, in ms since 1970. Undefined when it is gone. */
export function startedAt(target: ProcessIdentity): number | undefined {
  try {
    return isAlive(target) ? statSync(`/proc/${target.pid}`).ctimeMs : undefined;
  } catch {
    return undefined;
  }
}

/** All processes that run now, by a look at /proc. */
export function allPids(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The command line of a process; empty when it is gone or belongs to the kernel. */
export function commandLineOf(pid: number): readonly string[] {
  try {
    return readFileSync(join("/proc", `${pid}`, "cmdline"), "utf8")
      .split("\0")
      .slice(0, -1);
  } catch {
    return [];
  }
}
