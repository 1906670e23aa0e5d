// The Dubbo2 peers of interop/dubbo2, for several versions of Dubbo Java and for dubbo-go.

import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cachedFolder, cacheRoot } from "./cached-folder.ts";
import { type CaseResult, caseFrom } from "./java-consumer.ts";
import { logToStderr } from "./java-peers.ts";
import { numberOf } from "./java-provider.ts";
import { findJavaTools } from "./java-tools.ts";
import { PeerProcess } from "./peer-process.ts";
import { runCommand } from "./run-command.ts";

/** The columns of docs/interop.md: the newest 3.3 and 3.2, and the last 2.7. */
export const dubboVersions = ["3.3.6", "3.2.19", "2.7.23"] as const;
export type DubboVersion = (typeof dubboVersions)[number];

const folder = fileURLToPath(new URL("../dubbo2/", import.meta.url));
const timeoutMs = 600_000;

/** What older versions reach into by reflection, which Java 17 forbids unless told. */
const jvmOptions = [
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Xmx256m",
  ...["java.lang", "java.math", "java.util", "java.util.concurrent", "java.util.concurrent.atomic", "java.time"].map(
    (name) => `--add-opens=java.base/${name}=ALL-UNNAMED`,
  ),
];

/**
 * Dubbo Java 3.3 does not tell Netty 4.2 the name that it dials, which then refuses every certificate, also that of another
 * Java peer.
 */
const noNameCheck = "-Dio.netty.handler.ssl.defaultEndpointVerificationAlgorithm=NONE";

/** The class path of the peers for a version: from the cache, else built with Maven. */
async function build(version: DubboVersion): Promise<string> {
  const hash = createHash("sha256").update(version);
  for (const file of globSync(["pom.xml", "src/main/**/*.*"], { cwd: folder }).sort()) {
    hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  }
  const built = await cachedFolder(
    {
      root: join(cacheRoot(process.env), "dubbo2-peers"),
      version: `${version}-${hash.digest("hex").slice(0, 12)}`,
      timeoutMs,
      log: logToStderr,
    },
    async (unfinished) => {
      const { mvn } = findJavaTools(["java", "javac", "mvn"]);
      logToStderr(`building the Dubbo2 peers for Dubbo Java ${version}`);
      const target = join(unfinished, "target");
      const args = ["-B", "-f", join(folder, "pom.xml"), `-Ddubbo.version=${version}`, `-Dinterop.target=${target}`];
      if (version.startsWith("2.")) args.push("-Dinterop.exclude=**/discovery/*.java");
      const offline = await runCommand(mvn, ["-o", ...args, "package"], { timeoutMs, env: { ...process.env } });
      const result =
        offline.code === 0
          ? offline
          : await runCommand(mvn, [...args, "package"], { timeoutMs, env: { ...process.env } });
      if (result.code !== 0) throw new Error(`Maven could not build the Dubbo2 peers:\n${result.output.slice(-4000)}`);
      await rename(join(target, "dist"), join(unfinished, "lib"));
      await rm(target, { recursive: true });
    },
  );
  return join(built, "lib", "*");
}

async function start(version: DubboVersion, mainClass: string, env: Readonly<Record<string, string>>) {
  const classPath = await build(version);
  return new PeerProcess({
    command: findJavaTools(["java"]).java,
    args: [
      ...jvmOptions,
      ...("INTEROP_TLS_DIR" in env ? [noNameCheck] : []),
      "-cp",
      classPath,
      `dev.kubbo.interop.dubbo2.${mainClass}`,
    ],
    env: { ...process.env, INTEROP_EXIT_WITH_STDIN: "true", ...env },
  });
}

export interface Dubbo2Provider extends AsyncDisposable {
  readonly port: number;
}

export interface PeerOptions {
  /** A folder with ca.pem, cert.pem and key.pem: TLS on both sides. */
  readonly tlsFolder?: string;
}

const tlsOf = ({ tlsFolder }: PeerOptions) => (tlsFolder === undefined ? {} : { INTEROP_TLS_DIR: tlsFolder });

/** A Java provider of Types, and of Wire in group g, version 1.0.0. Disposing kills it at once. */
export async function startDubbo2Provider(version: DubboVersion, options: PeerOptions = {}): Promise<Dubbo2Provider> {
  const child = await start(version, "Provider", tlsOf(options));
  try {
    const ready = await child.waitFor("ready", 60_000);
    return { port: numberOf(ready, "dubboPort"), [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}

async function casesOf(child: PeerProcess): Promise<readonly CaseResult[]> {
  await child.waitFor("done", 180_000);
  return child.events.filter(({ event }) => event === "case").map(caseFrom);
}

/** What a Java consumer says of a provider of Types and Wire. @param url as `loopbackUrl` gives it */
export async function runDubbo2Consumer(
  version: DubboVersion,
  url: string,
  options: PeerOptions = {},
): Promise<readonly CaseResult[]> {
  await using child = await start(version, "Consumer", { INTEROP_URL: url, ...tlsOf(options) });
  return await casesOf(child);
}

/** Calls per second of a Java consumer with so many threads on one connection. */
export async function runDubbo2Bench(version: DubboVersion, url: string, concurrency: number): Promise<number> {
  const env = { INTEROP_URL: url, INTEROP_CONCURRENCY: String(concurrency) };
  await using child = await start(version, "Bench", env);
  return numberOf(await child.waitFor("bench", 60_000), "callsPerSecond");
}

export interface Instance {
  readonly application: string;
  /** `host:port` of the pod. */
  readonly address: string;
  /** The pod annotation `io.dubbo/metadata`. */
  readonly annotation: string;
}

/** What a Java consumer says that finds Wire by application-level discovery and is told of one instance only. */
export async function runDiscoveryConsumer(instance: Instance): Promise<readonly CaseResult[]> {
  await using child = await start("3.3.6", "discovery.DiscoveryConsumer", {
    INTEROP_APPLICATION: instance.application,
    INTEROP_INSTANCE: instance.address,
    INTEROP_ANNOTATION: instance.annotation,
  });
  return await casesOf(child);
}
