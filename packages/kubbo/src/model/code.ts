/**
 * The status codes of gRPC, by name.
 *
 * Source: gRPC status codes (grpc/doc/statuscodes.md).
 */
export const codeNumbers = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export type StatusCode = keyof typeof codeNumbers;

/** The code of an error: every status but OK. */
export type Code = Exclude<StatusCode, "OK">;

const names = Object.keys(codeNumbers) as StatusCode[];

/** The name of a status number; UNKNOWN for a number that gRPC does not define. */
export function codeFromNumber(number: number): StatusCode {
  return names[number] ?? "UNKNOWN";
}
