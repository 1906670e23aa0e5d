/**
 * How a field is sent that is in no table.
 *
 * - `repeat`: as it is the first time, into the table when the same value comes again. What differs from call to call
 *   so never pushes out what does not.
 * - `plain`: differs from call to call; never into the table.
 * - `secret`: never into a table, here or at a proxy on the way: a table tells by sizes what is in it (RFC 7541, 7.1).
 */
export type FieldPolicy = "repeat" | "plain" | "secret";

const secrets = new Set(["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"]);

const perCall = new Set([
  "content-length",
  "date",
  "etag",
  "grpc-message",
  "grpc-timeout",
  "traceparent",
  "tracestate",
  "x-request-id",
]);

/** `-bin` fields carry whatever a program puts in, tokens as well. */
export function fieldPolicy(name: string): FieldPolicy {
  if (secrets.has(name) || name.endsWith("-bin")) return "secret";
  return perCall.has(name) ? "plain" : "repeat";
}
