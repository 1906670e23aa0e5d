import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../host/error.ts";
import { type Content, type TarEntry, tarOf } from "./tar.ts";

/** A layer of an image: a tar archive, in memory or in a file. */
export interface Layer {
  /** `sha256:` and the digest of the archive, not compressed. */
  readonly diffId: string;
  readonly content: Content;
}

/** A layer in memory, for what is small and changes often. */
export async function createLayer(entries: Iterable<TarEntry>): Promise<Layer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of tarOf(entries)) chunks.push(chunk);
  const content = Buffer.concat(chunks);
  return { diffId: `sha256:${createHash("sha256").update(content).digest("hex")}`, content };
}

/**
 * A layer kept in a directory under a key that stands for its content, made by `entries` when it is not there yet.
 * Safe against interruption and against others who make the same layer at the same time.
 */
export async function cachedLayer(
  directory: string,
  key: string,
  entries: () => Promise<Iterable<TarEntry>>,
): Promise<Layer> {
  const path = join(directory, `${key}.tar`);
  const diffIdPath = join(directory, `${key}.diff-id`);
  try {
    const [diffId, { size }] = await Promise.all([readFile(diffIdPath, "utf8"), stat(path)]);
    return { diffId, content: { from: path, bytes: size } };
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  await mkdir(directory, { recursive: true });
  const temporary = join(directory, `.${key}.${randomBytes(4).toString("hex")}`);
  try {
    const hash = createHash("sha256");
    const archive = await open(`${temporary}.tar`, "wx");
    try {
      for await (const chunk of tarOf(await entries())) {
        hash.update(chunk);
        await archive.writeFile(chunk);
      }
    } finally {
      await archive.close();
    }
    const diffId = `sha256:${hash.digest("hex")}`;
    const note = await open(`${temporary}.diff-id`, "wx");
    await note.writeFile(diffId).finally(() => note.close());
    // The note last: whoever sees it finds the archive complete.
    await rename(`${temporary}.tar`, path);
    await rename(`${temporary}.diff-id`, diffIdPath);
    return { diffId, content: { from: path, bytes: (await stat(path)).size } };
  } finally {
    await rm(`${temporary}.tar`, { force: true });
    await rm(`${temporary}.diff-id`, { force: true });
  }
}
