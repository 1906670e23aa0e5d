// A Java runtime with only what the peers use, for container images.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { cachedFolder, cacheRoot } from "./cached-folder.ts";
import { type BuildOptions, logToStderr } from "./java-peers.ts";
import { findJavaTools, javacVersion } from "./java-tools.ts";
import { runCommand } from "./run-command.ts";

/**
 * What jlink has to put in, found by running provider and consumer without each. Nothing here draws or queries: Dubbo's
 * configuration needs java.beans of java.desktop, Hessian names java.sql.Date, signals are in jdk.unsupported.
 */
export const jdkModules: readonly string[] = Object.freeze([
  "java.base",
  "java.desktop",
  "java.logging",
  "java.management",
  "java.naming",
  "java.sql",
  "jdk.httpserver",
  "jdk.unsupported",
]);

/** Libraries of java.desktop for screens, sound and images: they would pull X11 into an image that is made with ldd. */
const unusedFiles = [
  "awt*",
  "fontmanager",
  "javajpeg",
  "jawt",
  "jsound",
  "lcms",
  "mlib_image",
  "prefs",
  "splashscreen",
].map((name) => `**/lib${name}.so`);

/** For a peer in a small pod or beside many others: starts sooner, takes 100 to 170 MB instead of 140 to 300. */
export const smallJvmOptions: readonly string[] = Object.freeze([
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Xmx64m",
]);

export interface JavaRuntime {
  /** Folder with bin/java and lib/. */
  readonly home: string;
  readonly java: string;
}

export function jlinkArguments(output: string): readonly string[] {
  return [
    "--add-modules",
    jdkModules.join(","),
    "--strip-debug",
    "--no-header-files",
    "--no-man-pages",
    "--compress=2",
    `--exclude-files=${unusedFiles.join(",")}`,
    "--output",
    output,
  ];
}

/** The runtime: from the cache, else made from the JDK of this machine, with its class archive for a quicker start. */
export async function buildJavaRuntime(options: BuildOptions = {}): Promise<JavaRuntime> {
  const { env = process.env, log = logToStderr, timeoutMs = 120_000 } = options;
  const { javac, jlink } = findJavaTools(["javac", "jlink"], env);
  const recipe = createHash("sha256").update(jlinkArguments("").join("\n")).digest("hex").slice(0, 8);
  const version = `${await javacVersion(javac)}-${process.arch}-${recipe}`;
  const folder = await cachedFolder(
    { root: join(cacheRoot(env), "java-runtime"), version, timeoutMs, log },
    async (unfinished) => {
      log("making a small Java runtime");
      const home = join(unfinished, "jre");
      for (const [command, args] of [
        [jlink, jlinkArguments(home)],
        [join(home, "bin", "java"), ["-Xshare:dump"]],
      ] as const) {
        const { code, output } = await runCommand(command, args, { timeoutMs, env: { ...env } });
        if (code !== 0) throw new Error(`${command} failed with exit code ${code}:\n${output}`);
      }
    },
  );
  const home = join(folder, "jre");
  return Object.freeze({ home, java: join(home, "bin", "java") });
}
