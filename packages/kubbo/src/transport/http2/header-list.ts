import type { HeaderList } from "./session.ts";

/** The first value of a header; undefined if it is not there. @param name in lower case */
export function headerValue(list: HeaderList, name: string): string | undefined {
  for (let i = 0; i + 1 < list.length; i += 2) if (list[i] === name) return list[i + 1];
  return undefined;
}
