import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { nodeBinary, readEnvironment } from "../environment.ts";
import { ClusterError } from "../host/error.ts";
import { baseFiles, user } from "./base-files.ts";
import { entriesOf, type ImageFiles } from "./files.ts";
import { createImage, hashFile, type Image } from "./image.ts";
import { cachedLayer, createLayer, type Layer } from "./layer.ts";
import { sharedLibraries } from "./shared-library.ts";

export interface NodeImageOptions {
  /** Repository part of the reference: `greeter-provider`. */
  readonly name: string;
  /** The program's files. */
  readonly files: readonly ImageFiles[];
  /** What node is started with: options, the file, its arguments. A pod's `args` replace them. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default `/app`. */
  readonly workingDirectory?: string;
}

/**
 * An image for a Node program: the repository's own Node binary, the libraries it needs, the program's files. It has
 * no shell and no package manager. It runs as uid 1000 with a read-only root file system; node is process 1.
 *
 * The binary and its libraries (125 MB) are a layer of their own, kept in the cache.
 */
export async function buildNodeImage(options: NodeImageOptions): Promise<Image> {
  const { name, files, args, env = {}, workingDirectory = "/app" } = options;
  const app = await createLayer(await entriesOf(files));
  return createImage({
    name,
    layers: [await nodeLayer(), app],
    entrypoint: ["/usr/local/bin/node"],
    args,
    env: { HOME: `/home/${user.name}`, ...env },
    workingDirectory,
    user: `${user.id}:${user.id}`,
  });
}

async function nodeLayer(): Promise<Layer> {
  const { size } = await stat(nodeBinary).catch((error: unknown) => {
    throw new ClusterError(`the Node binary is missing: ${nodeBinary}. Run: npm rebuild node`, { cause: error });
  });
  const entries = [
    ...baseFiles(),
    { t: "file", path: "usr/local/bin/node", mode: 0o755, content: { from: nodeBinary, bytes: size } } as const,
    ...(await sharedLibraries([nodeBinary])),
  ];
  // The key stands for the content: every entry by path, and every file that is copied by its bytes.
  const hash = createHash("sha256");
  for (const entry of entries) {
    hash.update(`${entry.path} ${entry.mode} ${entry.owner ?? 0}\n`);
    if (entry.t !== "file") continue;
    hash.update(entry.content instanceof Uint8Array ? entry.content : await hashFile(entry.content.from));
  }
  const key = `node-${hash.digest("hex").slice(0, 24)}`;
  return cachedLayer(join(readEnvironment().cache, "layers"), key, async () => entries);
}
