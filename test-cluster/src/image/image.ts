import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { arch } from "node:os";
import type { Layer } from "./layer.ts";
import { type Content, sizeOf, type TarEntry, tarOf } from "./tar.ts";

/** A container image, complete: what a registry would hold. */
export interface Image {
  /** Name and tag for `image:` in a pod, with `imagePullPolicy: Never`. The tag is made of the content. */
  readonly reference: string;
  /** Digest of the configuration, which names the layers: equal images have equal ids. */
  readonly id: string;
  readonly config: Uint8Array;
  readonly layers: readonly Layer[];
}

export interface ImageOptions {
  /** Repository part of the reference: `greeter-provider`. */
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly entrypoint: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** `uid:gid`, in numbers, so that the kubelet can see that it is not root. */
  readonly user?: string;
  /** Instead of the tag made of the content. */
  readonly reference?: string;
}

/** The names that image specifications have for Node's processor names. */
const architectures: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/**
 * Puts layers together to an image. Pure: the same options give the same bytes.
 *
 * Source: OCI image specification 1.0, config.md (docker-archives hold the same).
 */
export function createImage(options: ImageOptions): Image {
  const { name, layers, entrypoint, args = [], env = {}, workingDirectory = "/", user } = options;
  if (!/^[a-z0-9]+([._-][a-z0-9]+)*$/.test(name)) {
    throw new Error(`the image name "${name}" is not small letters, digits, and single dots, dashes or underscores`);
  }
  const config = Buffer.from(
    JSON.stringify({
      architecture: architectures[arch()] ?? arch(),
      os: "linux",
      created: "1970-01-01T00:00:00Z",
      config: {
        Entrypoint: entrypoint,
        Cmd: args,
        Env: Object.entries({ PATH: "/usr/local/bin:/usr/bin:/bin", ...env }).map(([key, value]) => `${key}=${value}`),
        WorkingDir: workingDirectory,
        ...(user !== undefined && { User: user }),
      },
      rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.diffId) },
      history: layers.map(() => ({ created: "1970-01-01T00:00:00Z", created_by: "kubbo test-cluster" })),
    }),
  );
  const digest = createHash("sha256").update(config).digest("hex");
  const reference = options.reference ?? `kubbo.test/${name}:${digest.slice(0, 16)}`;
  return { reference, id: `sha256:${digest}`, config, layers };
}

/** The image as the archive that `docker save` would write; containerd, kind, minikube and k3d read it. */
export function dockerArchive(image: Image): AsyncGenerator<Uint8Array, void, undefined> {
  const configName = `${hexOf(image.id)}.json`;
  const layerName = (layer: Layer) => `${hexOf(layer.diffId)}/layer.tar`;
  const manifest = [{ Config: configName, RepoTags: [image.reference], Layers: image.layers.map(layerName) }];
  return tarOf([
    fileOf("manifest.json", Buffer.from(JSON.stringify(manifest))),
    fileOf(configName, image.config),
    ...distinct(image.layers).map((layer) => fileOf(layerName(layer), layer.content)),
  ]);
}

/**
 * The image as an OCI layout, without the layers that `has` says are there already: what containerd has, it need not
 * be given again, and the layer with the runtime is a thousand times as large as the program's own.
 *
 * Source: OCI image specification 1.0, image-layout.md and manifest.md.
 */
export function ociArchive(
  image: Image,
  has: (digest: string) => boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  const type = (name: string) => `application/vnd.oci.image.${name}`;
  const blobName = (digest: string) => `blobs/sha256/${hexOf(digest)}`;
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: type("manifest.v1+json"),
      config: { mediaType: type("config.v1+json"), digest: image.id, size: image.config.length },
      layers: image.layers.map(({ diffId, content }) => ({
        mediaType: type("layer.v1.tar"),
        digest: diffId,
        size: sizeOf(content),
      })),
    }),
  );
  const digest = `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
  const index = {
    schemaVersion: 2,
    manifests: [
      {
        mediaType: type("manifest.v1+json"),
        digest,
        size: manifest.length,
        annotations: { "io.containerd.image.name": image.reference },
      },
    ],
  };
  return tarOf([
    fileOf("oci-layout", Buffer.from(JSON.stringify({ imageLayoutVersion: "1.0.0" }))),
    fileOf("index.json", Buffer.from(JSON.stringify(index))),
    fileOf(blobName(digest), manifest),
    fileOf(blobName(image.id), image.config),
    ...distinct(image.layers)
      .filter(({ diffId }) => !has(diffId))
      .map(({ diffId, content }) => fileOf(blobName(diffId), content)),
  ]);
}

const hexOf = (digest: string) => digest.slice("sha256:".length);

const fileOf = (path: string, content: Content): TarEntry => ({ t: "file", path, mode: 0o644, content });

/** An image may use a layer twice (an empty one); an archive has it once. */
function distinct(layers: readonly Layer[]): readonly Layer[] {
  return [...new Map(layers.map((layer) => [layer.diffId, layer])).values()];
}

/** SHA-256 of a file, in hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>)
    hash.update(chunk);
  return hash.digest("hex");
}
