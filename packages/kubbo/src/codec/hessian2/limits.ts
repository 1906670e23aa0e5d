import { badOption } from "../../model/bad-option.ts";

/** What a message from a peer may cost. All are checked as soon as the message says so, before memory is taken. */
export interface Hessian2Limits {
  /** Bytes of one message. Default 64 MiB; the protocols' own limits are lower. */
  readonly maxBytes?: number;
  /** Containers within containers. Default 1,000: a quarter of what the default stack of Node carries. */
  readonly maxDepth?: number;
  /** Lists, maps and objects of one message; dates and binaries of one message. Default 500,000 each. */
  readonly maxReferences?: number;
  /** Class definitions of one message, and type names of lists and maps. Default 10,000 each. */
  readonly maxClasses?: number;
  /** UTF-16 units of one string, over all chunks. Default 2^26. */
  readonly maxStringLength?: number;
  /** Bytes of one binary, over all chunks. Default 2^26. */
  readonly maxBinaryLength?: number;
  /** Elements of one list, entries of one map. Default 2^24. */
  readonly maxListLength?: number;
}

export const defaultLimits: Required<Hessian2Limits> = Object.freeze({
  maxBytes: 2 ** 26,
  maxDepth: 1_000,
  maxReferences: 500_000,
  maxClasses: 10_000,
  maxStringLength: 2 ** 26,
  maxBinaryLength: 2 ** 26,
  maxListLength: 2 ** 24,
});

/** Checks and fills in. Errors: INVALID_ARGUMENT `bad-option` with the path of the wrong one. */
export function resolveLimits(limits: Hessian2Limits | undefined, path = "limits"): Required<Hessian2Limits> {
  if (limits === undefined) return defaultLimits;
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(defaultLimits, name)) {
      throw badOption(`${path}.${name}`, value, `one of ${Object.keys(defaultLimits).join(", ")}`);
    }
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      throw badOption(`${path}.${name}`, value, "a whole number above 0");
    }
  }
  const given = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
  return Object.freeze({ ...defaultLimits, ...given });
}
