// The jars of interop/java, built with Maven once per version of the sources.

import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cachedFolder, cacheRoot, type Log } from "./cached-folder.ts";
import { type Environment, findJavaTools, javacVersion } from "./java-tools.ts";
import { runCommand } from "./run-command.ts";

export interface BuildOptions {
  readonly env?: Environment;
  /** Progress, a line at a time. Default: stderr. */
  readonly log?: Log;
  /** Default 600_000: the first build on a machine downloads about 75 MB. */
  readonly timeoutMs?: number;
}

export interface JavaPeers {
  /** Folder with all jars and nothing else: what a container image needs beside a Java runtime. */
  readonly jarsFolder: string;
  /** For `java -cp`. */
  readonly classPath: string;
  /** Changes with the sources. */
  readonly version: string;
}

export const mainClasses = {
  provider: "dev.kubbo.interop.Provider",
  consumer: "dev.kubbo.interop.Consumer",
  hessian: "dev.kubbo.interop.hessian.HessianPeer",
} as const;

const interopFolder = fileURLToPath(new URL("..", import.meta.url));
const progressMs = 5000;

export const logToStderr: Log = (line) => {
  process.stderr.write(`interop: ${line}\n`);
};

/** A hash of everything the jars are made from. */
function sourceVersion(): string {
  const hash = createHash("sha256");
  const files = globSync(["java/pom.xml", "java/src/**/*", "proto/**/*"], { cwd: interopFolder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    hash
      .update(`${file.slice(interopFolder.length)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

/** Maven's words for "this is not on this machine yet". */
const needsNetwork = /offline mode|has not been downloaded|was not found in .* during a previous attempt/;

async function runMaven(mvn: string, folder: string, env: Environment, log: Log, timeoutMs: number): Promise<void> {
  const startedAt = Date.now();
  let downloaded = 0;
  const progress = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    log(`Maven is building the Java peers: ${seconds} s, ${downloaded} files downloaded`);
  }, progressMs);
  const run = (mode: readonly string[]) => {
    const pom = join(interopFolder, "java", "pom.xml");
    const args = ["-B", ...mode, "-f", pom, `-Dinterop.target=${join(folder, "target")}`, "package"];
    return runCommand(mvn, args, {
      timeoutMs: timeoutMs - (Date.now() - startedAt),
      env: { ...env },
      onOutput: (text) => {
        downloaded += text.match(/Downloaded from/g)?.length ?? 0;
      },
    });
  };
  try {
    let result = await run(["-o"]);
    if (result.code !== 0 && needsNetwork.test(result.output)) {
      log("the first build on this machine: Maven downloads Dubbo and its own plugins, about 75 MB");
      result = await run([]);
    }
    if (result.code !== 0) {
      const lines = result.output.split("\n").filter((line) => /ERROR|BUILD|Could not/.test(line));
      throw new Error(
        `Maven could not build the Java peers (exit code ${result.code}):\n${lines.slice(0, 30).join("\n")}`,
      );
    }
  } finally {
    clearInterval(progress);
  }
}

/** The jars of the Java peers: from the cache, else built with Maven, without the network where that is possible. */
export async function buildJavaPeers(options: BuildOptions = {}): Promise<JavaPeers> {
  const { env = process.env, log = logToStderr, timeoutMs = 600_000 } = options;
  const version = sourceVersion();
  const folder = await cachedFolder(
    { root: join(cacheRoot(env), "java-peers"), version, timeoutMs, log },
    async (unfinished) => {
      const { mvn, javac } = findJavaTools(["java", "javac", "mvn"], env);
      await javacVersion(javac);
      log("building the Java peers");
      const startedAt = Date.now();
      await runMaven(mvn, unfinished, env, log, timeoutMs);
      await rename(join(unfinished, "target", "dist"), join(unfinished, "lib"));
      await rm(join(unfinished, "target"), { recursive: true });
      const jars = await readdir(join(unfinished, "lib"));
      log(`built the Java peers: ${jars.length} jars, ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
    },
  );
  const jarsFolder = join(folder, "lib");
  return Object.freeze({ jarsFolder, classPath: join(jarsFolder, "*"), version });
}
