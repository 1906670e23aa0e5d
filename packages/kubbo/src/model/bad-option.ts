import { RpcError } from "./rpc-error.ts";

/** An option with a wrong value: its full path, what was given, what is accepted. */
export function badOption(path: string, given: unknown, accepted: string): RpcError {
  return new RpcError("INVALID_ARGUMENT", "bad-option", `${path} is ${JSON.stringify(given)}; expected ${accepted}`, {
    facts: { option: path },
  });
}

/** The value, if it is a number of at least `least`; else the error of the option at `path`. */
export function atLeast(least: number, path: string, value: number): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw badOption(path, value, `a number of at least ${least}`);
}
