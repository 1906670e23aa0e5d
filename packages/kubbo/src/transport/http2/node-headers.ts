import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import type { HeaderList } from "./session.ts";

/** A header list as `node:http2` wants it; repeated names become arrays. */
export function nodeHeadersFromList(list: HeaderList): OutgoingHttpHeaders {
  const headers: Record<string, string | string[]> = Object.create(null);
  for (let i = 0; i + 1 < list.length; i += 2) {
    const name = list[i] as string;
    const value = list[i + 1] as string;
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (typeof before === "string") headers[name] = [before, value];
    else before.push(value);
  }
  return headers;
}

/** What `node:http2` gives, as a header list. Pseudo headers come first, as they stood on the wire. */
export function listFromNodeHeaders(headers: IncomingHttpHeaders): HeaderList {
  const list: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const each of value) list.push(name, each);
    // `:status` comes as a number.
    else list.push(name, String(value));
  }
  return list;
}
