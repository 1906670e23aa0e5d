import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { dockerArchive, type Image } from "./image.ts";

/** Writes an image to a file, as the archive that `docker save` would write. */
export async function saveImage(image: Image, path: string): Promise<void> {
  await pipeline(dockerArchive(image), createWriteStream(path));
}
