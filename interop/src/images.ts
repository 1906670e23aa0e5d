import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildJavaImage, buildNodeImage, type Image } from "../../test-cluster/src/cluster.ts";
import { buildJavaPeers } from "./java-peers.ts";
import { jdkModules, smallJvmOptions } from "./java-runtime.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

let built = false;

/** dist/ of the library: images hold what users install, not the sources. */
function buildLibrary(): void {
  if (built) return;
  const { status, stderr } = spawnSync(process.execPath, ["--conditions=kubbo-source", "scripts/build.ts"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the library does not build: ${stderr}`);
  built = true;
}

/** The library and its protobuf peer as `npm install` puts them. */
export function libraryFiles() {
  buildLibrary();
  const installed = "/app/node_modules";
  return [
    { from: join(root, "packages/kubbo/package.json"), to: `${installed}/kubbo/package.json` },
    { from: join(root, "packages/kubbo/dist"), to: `${installed}/kubbo/dist` },
    { from: join(root, "node_modules/@bufbuild/protobuf"), to: `${installed}/@bufbuild/protobuf` },
  ];
}

/** Provider (the default) and consumer (`args: [src/consumer.ts]`) in TypeScript. */
export function typescriptImage(): Promise<Image> {
  return buildNodeImage({
    name: "kubbo-interop",
    files: [
      ...libraryFiles(),
      { from: join(root, "interop/package.json"), to: "/app/package.json" },
      { from: join(root, "interop/src"), to: "/app/src" },
      { from: join(root, "interop/gen"), to: "/app/gen" },
    ],
    args: ["src/provider.ts"],
  });
}

/** README's provider, the image of the guide's Deployment. */
export function quickstartImage(): Promise<Image> {
  return buildNodeImage({
    name: "kubbo-quickstart",
    files: [...libraryFiles(), { from: join(root, "examples/quickstart"), to: "/app" }],
    args: ["provider.ts"],
  });
}

/** A Dubbo Java program. */
async function javaImage(name: string, mainClass: string): Promise<Image> {
  const { jarsFolder } = await buildJavaPeers();
  const jars = readdirSync(jarsFolder)
    .filter((file) => file.endsWith(".jar"))
    .sort((a, b) => a.localeCompare(b));
  return buildJavaImage({
    name,
    mainClass,
    classPath: jars.map((file) => join(jarsFolder, file)),
    jvmOptions: smallJvmOptions,
    modules: jdkModules,
  });
}

export function javaProviderImage(): Promise<Image> {
  return javaImage("kubbo-interop-java-provider", "dev.kubbo.interop.Provider");
}

export function javaConsumerImage(): Promise<Image> {
  return javaImage("kubbo-interop-java-consumer", "dev.kubbo.interop.Consumer");
}
