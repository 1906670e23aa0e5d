import { readFile } from "node:fs/promises";
import { createImage, type Image } from "./image.ts";
import { createLayer } from "./layer.ts";

/** The image of the process that holds a pod's namespaces, from its static binary. */
export async function pauseImage(reference: string, binary: string): Promise<Image> {
  const layer = await createLayer([{ t: "file", path: "pause", mode: 0o755, content: await readFile(binary) }]);
  return createImage({ name: "pause", reference, layers: [layer], entrypoint: ["/pause"], user: "65535:65535" });
}
