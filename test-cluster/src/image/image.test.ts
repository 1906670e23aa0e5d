import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { entriesOf } from "./files.ts";
import { createImage, dockerArchive, ociArchive } from "./image.ts";
import { cachedLayer, createLayer } from "./layer.ts";

const directory = mkdtempSync(join(tmpdir(), "kubbo-image-test-"));
after(() => rmSync(directory, { recursive: true }));

const layerOf = (content: string) =>
  createLayer([{ t: "file", path: "f", mode: 0o644, content: Buffer.from(content) }]);
const imageOf = async (content: string, args: readonly string[] = []) =>
  createImage({ name: "app", layers: [await layerOf("base"), await layerOf(content)], entrypoint: ["/f"], args });

async function archiveOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

const namesIn = (archive: Buffer) => execFileSync("tar", ["-t"], { input: archive }).toString().trim().split("\n");
const fileIn = (archive: Buffer, path: string) => execFileSync("tar", ["-xO", path], { input: archive });
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test("the reference stands for the content: equal images share it, other files or arguments change it", async () => {
  const [image, equal, other, otherArgs] = [
    await imageOf("1"),
    await imageOf("1"),
    await imageOf("2"),
    await imageOf("1", ["x"]),
  ];
  assert.match(image.reference, /^kubbo\.test\/app:[0-9a-f]{16}$/);
  assert.equal(image.reference, equal.reference);
  assert.equal(new Set([image, other, otherArgs].map(({ reference }) => reference)).size, 3);
});

test("a docker-archive holds a manifest whose names and digests are those of its files", async () => {
  const image = await imageOf("1");
  const archive = await archiveOf(dockerArchive(image));
  const [manifest] = JSON.parse(fileIn(archive, "manifest.json").toString());
  assert.deepEqual(manifest.RepoTags, [image.reference]);
  const config = fileIn(archive, manifest.Config);
  assert.equal(manifest.Config, `${sha256(config)}.json`);
  const layers = manifest.Layers.map((path: string) => `sha256:${sha256(fileIn(archive, path))}`);
  assert.deepEqual(JSON.parse(config.toString()).rootfs.diff_ids, layers);
});

test("an OCI archive leaves out the layers that are there already, and its descriptors stay right", async () => {
  const image = await imageOf("1");
  const base = image.layers[0]?.diffId;
  const whole = await archiveOf(ociArchive(image, () => false));
  const thin = await archiveOf(ociArchive(image, (digest) => digest === base));
  const blob = (digest: string | undefined) => `blobs/sha256/${digest?.slice(7)}`;
  assert.deepEqual(
    namesIn(whole).filter((name) => !namesIn(thin).includes(name)),
    [blob(base)],
  );
  const index = JSON.parse(fileIn(thin, "index.json").toString());
  assert.equal(index.manifests[0].annotations["io.containerd.image.name"], image.reference);
  const manifest = fileIn(thin, blob(index.manifests[0].digest));
  assert.equal(sha256(manifest), index.manifests[0].digest.slice(7));
  assert.equal(manifest.length, index.manifests[0].size);
  for (const { digest, size } of [JSON.parse(manifest.toString()).config, JSON.parse(manifest.toString()).layers[1]]) {
    const content = fileIn(thin, blob(digest));
    assert.deepEqual([sha256(content), content.length], [digest.slice(7), size]);
  }
});

test("a layer is made once per key, and nothing but it is left in the directory", async () => {
  let made = 0;
  const cache = join(directory, "layers");
  const make = () =>
    cachedLayer(cache, "k", async () => {
      made++;
      return [{ t: "file", path: "f", mode: 0o644, content: Buffer.from("base") }];
    });
  const [first, second] = [await make(), await make()];
  assert.deepEqual(first, second);
  assert.equal(made, 1);
  assert.equal(first.diffId, (await layerOf("base")).diffId);
  assert.deepEqual(readdirSync(cache).sort(), ["k.diff-id", "k.tar"]);
});

test("a layer whose making fails leaves nothing behind", async () => {
  const cache = join(directory, "failed");
  await assert.rejects(
    cachedLayer(cache, "k", async () => [
      { t: "file", path: "f", mode: 0o644, content: { from: "/nowhere", bytes: 1 } },
    ]),
    /ENOENT/,
  );
  assert.deepEqual(readdirSync(cache), []);
});

test("directories are copied with executables and links, filtered, for everyone to read", async () => {
  const from = join(directory, "app");
  mkdirSync(join(from, "bin"), { recursive: true });
  writeFileSync(join(from, "bin", "run"), "#!");
  chmodSync(join(from, "bin", "run"), 0o700);
  writeFileSync(join(from, "secret.test.ts"), "");
  symlinkSync("bin/run", join(from, "start"));
  const entries = await entriesOf([
    { from, to: "/app", filter: (path) => !path.endsWith(".test.ts") },
    { content: "{}", to: "/app/package.json" },
  ]);
  assert.deepEqual(
    entries.map((entry) => `${entry.t} ${entry.path} ${entry.mode.toString(8)}`),
    [
      "directory app 755",
      "directory app/bin 755",
      "file app/bin/run 755",
      "link app/start 777",
      "file app/package.json 644",
    ],
  );
});

test("a missing file and an absolute link are named", async () => {
  await assert.rejects(entriesOf([{ from: "/nowhere/app", to: "/app" }]), /missing: \/nowhere\/app/);
  const link = join(directory, "absolute");
  symlinkSync("/etc/passwd", link);
  await assert.rejects(entriesOf([{ from: link, to: "/x" }]), /must be relative/);
});
