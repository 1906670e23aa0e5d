import { isFieldName, isFieldValue } from "../../wire/hpack/field-text.ts";
import type { HeaderList } from "../../wire/hpack/header-list.ts";

/** What a header list is, once checked. */
export interface HeaderFindings {
  readonly kind: HeaderKind;
  /** Why it may not be; undefined: it is well formed. */
  readonly wrong: string | undefined;
  /** The announced length of the body in bytes; -1: none. */
  readonly contentLength: number;
  /** Of a response; 0 for others. */
  readonly status: number;
}

export type HeaderKind = "request" | "response" | "trailers";

/** Fields that belong to one connection of HTTP/1. Source: RFC 9113, 8.2.2. */
const ofConnections = new Set(["connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"]);

const pseudoOf: Readonly<Record<HeaderKind, readonly string[]>> = {
  request: [":method", ":scheme", ":path", ":authority"],
  response: [":status"],
  trailers: [],
};

/**
 * Checks a received header list: pseudo headers first, each once and complete; names and values that HTTP allows;
 * nothing of HTTP/1's connections.
 *
 * Source: RFC 9113, 8.2, 8.3.
 */
export function checkHeaders(list: HeaderList, kind: HeaderKind): HeaderFindings {
  const wrong = (what: string): HeaderFindings => ({ kind, wrong: what, contentLength: -1, status: 0 });
  const known = pseudoOf[kind];
  let seen = 0;
  let regular = false;
  let contentLength = -1;
  let status = 0;
  let connect = false;
  for (let i = 0; i + 1 < list.length; i += 2) {
    const name = list[i] as string;
    const value = list[i + 1] as string;
    if (!isFieldValue(value)) return wrong(`a value of ${JSON.stringify(name)} that a header may not hold`);
    if (name.charCodeAt(0) === 0x3a) {
      const index = known.indexOf(name);
      if (index < 0) return wrong(`the pseudo header ${JSON.stringify(name)} in a ${kind}`);
      const bit = 1 << index;
      if (regular) return wrong(`${name} after other headers`);
      if (seen & bit) return wrong(`${name} twice`);
      seen |= bit;
      if (name === ":status") {
        if (!/^[1-5]\d\d$/.test(value)) return wrong("a status that is not one");
        status = Number(value);
      }
      if (name === ":path" && value === "") return wrong("an empty :path");
      if (name === ":method") connect = value === "CONNECT";
      continue;
    }
    regular = true;
    if (!isKnownName(name)) return wrong(`the name ${JSON.stringify(name)}`);
    if (ofConnections.has(name)) return wrong(`the header ${name}`);
    if (name === "te" && value !== "trailers") return wrong(`te: ${value}`);
    if (name === "content-length") {
      const length = /^\d{1,15}$/.test(value) ? Number(value) : -1;
      if (length < 0 || (contentLength >= 0 && contentLength !== length)) return wrong("a content-length that is none");
      contentLength = length;
    }
  }
  if (kind === "request" && (connect ? (seen & 7) !== 1 : (seen & 7) !== 7)) {
    return wrong("a request without its pseudo headers (:method, :scheme, :path)");
  }
  if (kind === "response" && seen !== 1) return wrong("a response without :status");
  return { kind, wrong: undefined, contentLength, status };
}

/** Names that passed; a bounded memory for the few that nearly all calls have. */
const names = new Set<string>();

function isKnownName(name: string): boolean {
  if (names.has(name)) return true;
  if (name.charCodeAt(0) === 0x3a || !isFieldName(name)) return false;
  if (names.size < 512) names.add(name);
  return true;
}
