import type { Hessian2Reader } from "../../codec/hessian2/reader.ts";
import type { Hessian2Writer } from "../../codec/hessian2/writer.ts";
import type { Attachments } from "../../model/attachments.ts";
import { badMessage } from "../../wire/wire-error.ts";

/**
 * Attachments that Dubbo itself reads and writes, and that user code does not see.
 *
 * Source: org.apache.dubbo.rpc.filter.ContextFilter, 3.3.
 */
const reserved = new Set([
  "path",
  "interface",
  "group",
  "version",
  "dubbo",
  "token",
  "timeout",
  "_TO",
  "_to",
  "async",
  "return",
  "generic",
  "remote.application",
  "input",
  "output",
  "id",
]);

/** Writes a map of attachments: Dubbo's own, then the user's, without those that would overwrite Dubbo's. */
export function writeAttachments(
  writer: Hessian2Writer,
  own: readonly (readonly [key: string, value: string])[],
  attachments: Attachments,
): void {
  writer.skipReference();
  writer.beginMap();
  for (const [key, value] of own) {
    writer.writeString(key);
    writer.writeString(value);
  }
  for (const key in attachments) {
    const value = attachments[key];
    if (value === undefined || reserved.has(key)) continue; // `own` has what Dubbo wants to be there.
    writer.writeString(key);
    if (typeof value === "string") writer.writeString(value);
    else writer.writeBinary(value);
  }
  writer.endMap();
}

/** Attachments as they came. */
export interface ReadAttachments {
  /** Dubbo's own: text, or a number where a peer sends one. */
  readonly own: ReadonlyMap<string, string>;
  /** The rest, for user code; without a prototype. */
  readonly user: Attachments;
}

const nothing: ReadAttachments = { own: new Map(), user: Object.freeze(Object.create(null)) };

/** Methods of Dubbo itself whose attachment `generic` says how their arguments are to be read. */
export function isGeneric(method: string): boolean {
  return method === "$invoke" || method === "$invokeAsync";
}

/**
 * Reads a map of attachments, or null. Values that are neither text nor bytes come as their text (Java 3 sends any
 * object); what has no text is left out.
 *
 * @param method whose attachments these are: a generic call sees `generic`
 */
export function readAttachments(reader: Hessian2Reader, method?: string): ReadAttachments {
  const { at } = reader;
  const value = reader.readValue();
  if (value === null) return nothing;
  if (!(value instanceof Map)) throw badMessage(at, "a map of attachments", typeof value);
  const own = new Map<string, string>();
  const user: Record<string, string | Uint8Array> = Object.create(null);
  for (const [key, each] of value) {
    if (typeof key !== "string") continue;
    const plain = plainValue(each);
    if (plain === undefined) continue;
    if (!reserved.has(key) || (key === "generic" && method !== undefined && isGeneric(method))) user[key] = plain;
    else if (typeof plain === "string") own.set(key, plain);
  }
  return { own, user };
}

function plainValue(value: unknown): string | Uint8Array | undefined {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean"
    ? String(value)
    : undefined;
}
