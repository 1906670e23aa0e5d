import type { Clock } from "../../util/clock.ts";
import { node } from "../../util/node.ts";

/** What proves to the API server who asks. */
export interface Credentials {
  /** The bearer token of this moment; undefined: none. */
  token(): Promise<string | undefined>;
  /** The token was refused: the next `token()` reads it again. */
  invalidate(): void;
}

export function fixedToken(token: string | undefined): Credentials {
  return { token: async () => token, invalidate() {} };
}

/** How old a token may be that was read from its file. The kubelet rewrites the file long before it expires. */
const maxAgeMs = 60_000;

/** A token in a file that is rewritten: read again when it is 60 s old, or when it was refused. */
export function tokenFile(path: string, clock: Clock): Credentials {
  let read: { readonly token: string; readonly atMs: number } | undefined;
  return {
    async token() {
      if (!read || clock.now() - read.atMs >= maxAgeMs) {
        // Synchronously: the file lies in memory.
        read = { token: node.fs.readFileSync(path, "utf8").trim(), atMs: clock.now() };
      }
      return read.token;
    },
    invalidate() {
      read = undefined;
    },
  };
}
