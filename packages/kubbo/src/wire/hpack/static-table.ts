/** Entry i stands at 2(i - 1). Source: RFC 7541, Appendix A. */
// biome-ignore format: one field per item
const fields = [
  ":authority", "", ":method", "GET", ":method", "POST", ":path", "/", ":path", "/index.html", ":scheme", "http",
  ":scheme", "https", ":status", "200", ":status", "204", ":status", "206", ":status", "304", ":status", "400",
  ":status", "404", ":status", "500", "accept-charset", "", "accept-encoding", "gzip, deflate", "accept-language", "",
  "accept-ranges", "", "accept", "", "access-control-allow-origin", "", "age", "", "allow", "", "authorization", "",
  "cache-control", "", "content-disposition", "", "content-encoding", "", "content-language", "", "content-length", "",
  "content-location", "", "content-range", "", "content-type", "", "cookie", "", "date", "", "etag", "", "expect", "",
  "expires", "", "from", "", "host", "", "if-match", "", "if-modified-since", "", "if-none-match", "", "if-range", "",
  "if-unmodified-since", "", "last-modified", "", "link", "", "location", "", "max-forwards", "",
  "proxy-authenticate", "", "proxy-authorization", "", "range", "", "referer", "", "refresh", "", "retry-after", "",
  "server", "", "set-cookie", "", "strict-transport-security", "", "transfer-encoding", "", "user-agent", "",
  "vary", "", "via", "", "www-authenticate", "",
] as const;

export const staticEntries = 61;

/** The first index of the dynamic table. Source: RFC 7541, 2.3.3. */
export const firstDynamicIndex: number = staticEntries + 1;

/** By index; index 0 is not used. */
export const staticNames: readonly string[] = ["", ...fields.filter((_, i) => i % 2 === 0)];
export const staticValues: readonly string[] = ["", ...fields.filter((_, i) => i % 2 === 1)];

/** The lowest index that has this name. */
export const staticIndexOfName: ReadonlyMap<string, number> = new Map(
  staticNames.map((name, index) => [name, index] as const).reverse(),
);

/** The index that has this name and value; 0: none. An empty value never counts as one: it stands for the name alone. */
export function staticIndexOf(name: string, value: string): number {
  const first = staticIndexOfName.get(name);
  if (first === undefined || value === "") return 0;
  for (let index = first; staticNames[index] === name; index++) if (staticValues[index] === value) return index;
  return 0;
}
