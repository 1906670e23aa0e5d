import { createReadStream } from "node:fs";

/** Bytes in memory, or in a file that is read when their turn comes. */
export type Content = Uint8Array | { readonly from: string; readonly bytes: number };

/** What an archive holds. */
export type TarEntry = {
  /** Without a leading slash: `usr/local/bin/node`. */
  readonly path: string;
  /** Permission bits: 0o755. */
  readonly mode: number;
  /** User and group. Default 0. */
  readonly owner?: number;
} & (
  | { readonly t: "directory" }
  | { readonly t: "link"; readonly target: string }
  | { readonly t: "file"; readonly content: Content }
);

const blockBytes = 512;
const typeFlags = { file: "0", link: "2", directory: "5" } as const;

/**
 * Writes a tar archive whose bytes depend on nothing but the entries: they are sorted, missing parent directories are
 * added, all times are 0. Paths and link targets beyond 100 bytes go into a pax header.
 *
 * Source: POSIX.1-2017, pax, "ustar Interchange Format".
 */
export async function* tarOf(entries: Iterable<TarEntry>): AsyncGenerator<Uint8Array, void, undefined> {
  for (const entry of withParents(entries)) {
    const target = entry.t === "link" ? entry.target : "";
    const name = entry.t === "directory" ? `${entry.path}/` : entry.path;
    const records = [...paxRecord("path", name), ...paxRecord("linkpath", target)];
    if (records.length > 0) {
      const body = Buffer.concat(records);
      yield header("pax", "x", 0o644, 0, body.length, "");
      yield body;
      yield padding(body.length);
    }
    const bytes = entry.t === "file" ? sizeOf(entry.content) : 0;
    yield header(name, typeFlags[entry.t], entry.mode, entry.owner ?? 0, bytes, target);
    if (entry.t !== "file") continue;
    if (entry.content instanceof Uint8Array) yield entry.content;
    else yield* exactly(entry.content.from, bytes);
    yield padding(bytes);
  }
  yield Buffer.alloc(2 * blockBytes);
}

export function sizeOf(content: Content): number {
  return content instanceof Uint8Array ? content.length : content.bytes;
}

/** A file that changes while it is read would spoil the archive without a word. */
async function* exactly(path: string, bytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  let seen = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    seen += chunk.length;
    if (seen <= bytes) yield chunk;
  }
  if (seen !== bytes) throw new Error(`${path} had ${bytes} bytes and now has ${seen}: it changed while it was read`);
}

function withParents(entries: Iterable<TarEntry>): readonly TarEntry[] {
  const byPath = new Map<string, TarEntry>();
  for (const entry of entries) {
    if (byPath.has(entry.path)) throw new Error(`two entries of the archive have the path ${entry.path}`);
    if (entry.path.startsWith("/") || entry.path.split("/").includes("..")) {
      throw new Error(`the path ${entry.path} is absolute or leads upwards`);
    }
    byPath.set(entry.path, entry);
  }
  for (const path of [...byPath.keys()]) {
    const names = path.split("/");
    for (let length = 1; length < names.length; length++) {
      const parent = names.slice(0, length).join("/");
      if (!byPath.has(parent)) byPath.set(parent, { t: "directory", path: parent, mode: 0o755 });
    }
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. Empty when the header has room for the value. */
function paxRecord(key: string, value: string): readonly Buffer[] {
  if (Buffer.byteLength(value) <= 100) return [];
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length;
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
  return [Buffer.concat([Buffer.from(`${length}`), rest])];
}

function header(name: string, type: string, mode: number, owner: number, bytes: number, target: string): Buffer {
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  const text = (value: string, offset: number, length: number) => Buffer.from(value).copy(block, offset, 0, length);
  text(name, 0, 100);
  text(octal(mode, 7), 100, 8);
  text(octal(owner, 7), 108, 8);
  text(octal(owner, 7), 116, 8);
  text(octal(bytes, 11), 124, 12);
  text(octal(0, 11), 136, 12); // time of modification
  text(" ".repeat(8), 148, 8); // the checksum counts itself as blanks
  text(type, 156, 1);
  text(target, 157, 100);
  text("ustar\x0000", 257, 8);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  text(`${checksum.toString(8).padStart(6, "0")}\0 `, 148, 8);
  return block;
}

function padding(bytes: number): Buffer {
  return Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes);
}
