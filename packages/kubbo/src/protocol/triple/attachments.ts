import { type Attachments, noAttachments } from "../../model/attachments.ts";
import type { HeaderList } from "../../transport/http2/session.ts";

/** Headers that belong to HTTP/2, gRPC or Triple itself and are never attachments. Source: spec of Triple, 3.3. */
const reserved = new Set([
  "content-type",
  "content-length",
  "te",
  "user-agent",
  "accept",
  "accept-encoding",
  "date",
  "host",
  "connection",
  "alt-svc",
  "path",
  "group",
  "version",
  "interface",
  "application",
  "remote.application",
  "serialization",
  "timeout",
  "kubbo-reason",
  "kubbo-encoded",
]);

function isReserved(name: string): boolean {
  return (
    name.startsWith(":") ||
    name.startsWith("grpc-") ||
    name.startsWith("tri-") ||
    name.startsWith("rest-service-") ||
    reserved.has(name)
  );
}

/** RFC 9110 token, lower case as HTTP/2 wants it. */
const namePattern = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

/** What a field value may hold: visible ASCII, and spaces inside. */
const plainValue = /^([\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?)?$/;

/**
 * Names the attachments whose values are percent-encoded because a header cannot hold them, so that a peer of this
 * library gets them back exactly. Others see the encoded text; Dubbo Java would send `?` for most of it.
 */
const encodedHeader = "kubbo-encoded";

/** Maps keys in lower case to their own spelling, as JSON, percent-encoded. Source: Triple, `TripleHeaderEnum`. */
const caseHeader = "tri-header-convert";

/**
 * Adds attachments to a header list: text as it is, bytes as `<key>-bin` in base64 without padding; keys in lower case,
 * with Triple's `tri-header-convert` for those that had capitals. Reserved and impossible names are left out.
 */
export function pushAttachments(list: string[], attachments: Attachments): void {
  let spelling: Record<string, string> | undefined;
  let encoded: string[] | undefined;
  for (const key in attachments) {
    const value = attachments[key];
    const name = key.toLowerCase();
    if (value === undefined || !namePattern.test(name) || isReserved(name)) continue;
    if (name !== key) {
      spelling ??= Object.create(null) as Record<string, string>;
      spelling[name] = key;
    }
    if (typeof value !== "string") {
      list.push(`${name}-bin`, Buffer.from(value).toString("base64").replace(/=+$/, ""));
    } else if (plainValue.test(value)) {
      list.push(name, value);
    } else {
      encoded ??= [];
      encoded.push(name);
      list.push(name, encodeURIComponent(value.toWellFormed()));
    }
  }
  if (spelling) list.push(caseHeader, encodeURIComponent(JSON.stringify(spelling)));
  if (encoded) list.push(encodedHeader, encoded.join(","));
}

/** The attachments in a header list; the object has no prototype. Of a repeated header the last one counts. */
export function attachmentsFromHeaders(list: HeaderList): Attachments {
  const found: Record<string, string | Uint8Array> = Object.create(null);
  let spelling: Readonly<Record<string, unknown>> = {};
  let encoded: readonly string[] = [];
  let empty = true;
  for (let i = 0; i + 1 < list.length; i += 2) {
    const name = list[i] as string;
    const value = list[i + 1] as string;
    if (name === caseHeader) spelling = parseSpelling(value);
    if (name === encodedHeader) encoded = value.split(",");
    if (isReserved(name)) continue;
    empty = false;
    if (name.endsWith("-bin")) found[name.slice(0, -4)] = Buffer.from(value, "base64");
    else found[name] = value;
  }
  if (empty) return noAttachments;
  for (const name of encoded) {
    const value = found[name];
    if (typeof value === "string") found[name] = percentDecoded(value);
  }
  for (const [name, own] of Object.entries(spelling)) {
    const value = found[name];
    // Only the case may differ: a peer must not rename one attachment to another.
    if (value === undefined || typeof own !== "string" || own === name || own.toLowerCase() !== name) continue;
    delete found[name];
    found[own] = value;
  }
  return found;
}

function parseSpelling(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(decodeURIComponent(text));
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {}; // Without it keys are in lower case: nothing is lost.
  }
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
