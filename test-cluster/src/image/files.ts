import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { ClusterError } from "../host/error.ts";
import type { TarEntry } from "./tar.ts";

/** Files of the machine for an image. */
export interface CopiedFiles {
  /** A file, or a directory that is copied with all that is in it. */
  readonly from: string;
  /** Absolute path in the image: of the file itself, or of the directory. */
  readonly to: string;
  /** Says which files of a directory are copied, by path below it. Default: all. */
  readonly filter?: (path: string) => boolean;
}

/** A file whose content is given. */
export interface WrittenFile {
  readonly content: string | Uint8Array;
  readonly to: string;
  /** Default 0o644. */
  readonly mode?: number;
}

export type ImageFiles = CopiedFiles | WrittenFile;

/**
 * The entries of an archive for these files. Everything belongs to root and is readable by all; symbolic links stay
 * links and must be relative. Errors: ClusterError for a file that is not there, a link that is absolute, or a socket.
 */
export async function entriesOf(files: readonly ImageFiles[]): Promise<readonly TarEntry[]> {
  const found: TarEntry[] = [];
  for (const one of files) {
    const path = one.to.replace(/^\/+|\/+$/g, "");
    if ("content" in one) found.push({ t: "file", path, mode: one.mode ?? 0o644, content: Buffer.from(one.content) });
    else found.push(...(await copiesOf(one.from, path, "", one.filter ?? (() => true))));
  }
  return found;
}

async function copiesOf(
  from: string,
  path: string,
  below: string,
  filter: (path: string) => boolean,
): Promise<readonly TarEntry[]> {
  if (below && !filter(below)) return [];
  const stats = await lstat(from).catch((error: unknown) => {
    throw new ClusterError(`a file for the image is missing: ${from}`, { cause: error });
  });
  if (stats.isSymbolicLink()) {
    const target = await readlink(from);
    if (target.startsWith("/"))
      throw new ClusterError(`${from} is a link to ${target}: links in images must be relative`);
    return [{ t: "link", path, mode: 0o777, target }];
  }
  if (stats.isFile()) {
    const mode = stats.mode & 0o100 ? 0o755 : 0o644;
    return [{ t: "file", path, mode, content: await readFile(from) }];
  }
  if (!stats.isDirectory()) throw new ClusterError(`${from} is neither a file, a directory nor a link`);
  const names = (await readdir(from)).sort();
  const children = names.map((name) =>
    copiesOf(join(from, name), `${path}/${name}`, below ? `${below}/${name}` : name, filter),
  );
  return [...(path ? [{ t: "directory", path, mode: 0o755 } as const] : []), ...(await Promise.all(children)).flat()];
}
