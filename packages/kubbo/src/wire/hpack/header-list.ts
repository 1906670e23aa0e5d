/**
 * Names (lower case, pseudo headers first) and values by turns: `[":status", "200", "content-type", "…"]`. Each
 * character is one byte (latin1). Never changed once it was given away: what was made of it is remembered.
 */
export type HeaderList = readonly string[];

/** What a field counts beyond its characters. Source: RFC 7541, 4.1; RFC 9113, 6.5.2. */
export const fieldOverheadBytes = 32;

/** The first value of a header; undefined if it is not there. @param name in lower case */
export function headerValue(list: HeaderList, name: string): string | undefined {
  for (let i = 0; i + 1 < list.length; i += 2) if (list[i] === name) return list[i + 1];
  return undefined;
}

/** The size of a list as HTTP/2 counts it, in bytes. Source: RFC 9113, 6.5.2. */
export function headerListBytes(list: HeaderList): number {
  let bytes = 0;
  for (const text of list) bytes += text.length;
  return bytes + (list.length >> 1) * fieldOverheadBytes;
}
