import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readEnvironment } from "../environment.ts";
import { run } from "../host/command.ts";
import { ClusterError } from "../host/error.ts";
import { findProgram } from "../host/program.ts";
import { baseFiles, user } from "./base-files.ts";
import { entriesOf, type ImageFiles } from "./files.ts";
import { createImage, type Image } from "./image.ts";
import { cachedLayer, createLayer, type Layer } from "./layer.ts";
import { sharedLibraries } from "./shared-library.ts";

export interface JavaImageOptions {
  /** Repository part of the reference: `dubbo-java-provider`. */
  readonly name: string;
  /** Paths of jars and of directories with classes: the class path, in this order. */
  readonly classPath: readonly string[];
  readonly mainClass: string;
  /** Arguments of the program. A pod's `args` replace them. */
  readonly args?: readonly string[];
  /** Default: the serial collector, small and quick to start. More come by JAVA_TOOL_OPTIONS in the pod. */
  readonly jvmOptions?: readonly string[];
  /** Modules of the runtime. Default: what Dubbo Java and Netty use. */
  readonly modules?: readonly string[];
  /** Further files. */
  readonly files?: readonly ImageFiles[];
  readonly env?: Readonly<Record<string, string>>;
}

/** java.desktop is there for java.beans, by which Dubbo reads its configuration. */
export const defaultJavaModules: readonly string[] = [
  "java.base",
  "java.compiler",
  "java.desktop",
  "java.instrument",
  "java.logging",
  "java.management",
  "java.naming",
  "java.net.http",
  "java.security.jgss",
  "java.sql",
  "java.xml",
  "jdk.crypto.ec",
  "jdk.httpserver",
  "jdk.management",
  "jdk.unsupported",
];

/**
 * An image for a Java program: a runtime of the JDK on this machine cut down to some modules, the libraries it needs,
 * the class path. User, file system and cache as in the image for Node programs.
 *
 * Errors: ClusterError without a JDK (jlink).
 */
export async function buildJavaImage(options: JavaImageOptions): Promise<Image> {
  const { name, classPath, mainClass, args = [], env = {}, files = [] } = options;
  const { jvmOptions = ["-XX:+UseSerialGC"], modules = defaultJavaModules } = options;
  const copied = classPath.map((from, index) => ({
    from,
    to: `/app/lib/${`${index}`.padStart(3, "0")}-${from.split("/").at(-1)}`,
  }));
  const app = await createLayer(await entriesOf([...copied, ...files]));
  return createImage({
    name,
    layers: [await javaLayer(modules), app],
    // It would map a file in /tmp, which the pod may not have.
    entrypoint: [
      "/opt/java/bin/java",
      "-XX:-UsePerfData",
      ...jvmOptions,
      "-cp",
      copied.map(({ to }) => to).join(":"),
      mainClass,
    ],
    args,
    env: { HOME: `/home/${user.name}`, ...env },
    workingDirectory: "/app",
    user: `${user.id}:${user.id}`,
  });
}

async function javaLayer(modules: readonly string[]): Promise<Layer> {
  const found = findProgram("jlink");
  if (!found) {
    throw new ClusterError(
      "images for Java programs need a JDK: there is no jlink in the PATH. Install a JDK, 17 or later",
    );
  }
  const jdk = dirname(dirname(realpathSync(found)));
  const key = createHash("sha256")
    .update(readFileSync(join(jdk, "release")))
    .update(modules.join())
    .digest("hex")
    .slice(0, 24);
  const temporary = await mkdtemp(join(tmpdir(), "kubbo-java-"));
  try {
    return await cachedLayer(join(readEnvironment().cache, "layers"), `java-${key}`, async () => {
      const runtime = join(temporary, "java");
      const link = ["--strip-debug", "--no-header-files", "--no-man-pages", "--compress=2", "--output", runtime];
      await run(join(jdk, "bin", "jlink"), ["--add-modules", modules.join(), ...link], { timeoutMs: 300_000 });
      const libraries = nativeLibraries(join(runtime, "lib"));
      if (findProgram("strip")) await run("strip", libraries);
      // The classes of the runtime in the form the machine maps at start: halves the time to main.
      await run(join(runtime, "bin", "java"), ["-Xshare:dump"], { timeoutMs: 120_000 });
      return [
        ...baseFiles(),
        ...(await entriesOf([{ from: runtime, to: "/opt/java" }])),
        ...(await sharedLibraries([join(runtime, "bin", "java"), ...libraries], "ignore")).filter(
          ({ path }) => !`/${path}`.startsWith(`${runtime}/`),
        ),
      ];
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function nativeLibraries(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".so"))
    .sort()
    .map((name) => join(directory, name));
}
