/**
 * What goes wrong with the cluster for a reason that a person can do something about. The message says what failed,
 * what was seen and what to do; the command line prints it without a stack.
 */
export class ClusterError extends Error {
  /** Exit code of the command line: 2 when nothing was started because something is missing, else 1. */
  readonly exitCode: number;

  constructor(message: string, options: ErrorOptions & { readonly exitCode?: number } = {}) {
    super(message, options);
    this.name = "ClusterError";
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** True for an error of the file system or the network that carries one of these codes (`ENOENT`, …). */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
