// The dubbo-go peer, interop/go/dubbo-peer: Wire on dubbo://, as provider and as consumer.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Dubbo2Provider } from "./dubbo2-peers.ts";
import { buildGoProgram, dubboPeer } from "./go-tools.ts";
import { type CaseResult, caseFrom } from "./java-consumer.ts";
import { numberOf } from "./java-provider.ts";
import { PeerProcess } from "./peer-process.ts";

const goMod = fileURLToPath(new URL("../go/dubbo-peer/go.mod", import.meta.url));

/** The version that go.mod pins. */
export const dubboGoVersion = /dubbo-go\/v3 (v\S+)/.exec(readFileSync(goMod, "utf8"))?.[1]?.slice(1) ?? "unknown";

export async function startGoProvider(): Promise<Dubbo2Provider> {
  const child = new PeerProcess({ command: await buildGoProgram(dubboPeer), args: ["provider"], env: process.env });
  try {
    const ready = await child.waitFor("ready", 60_000);
    return { port: numberOf(ready, "dubboPort"), [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}

/** What a dubbo-go consumer says of a provider of Wire. @param address `host:port` */
export async function runGoConsumer(address: string): Promise<readonly CaseResult[]> {
  await using child = new PeerProcess({
    command: await buildGoProgram(dubboPeer),
    args: ["consumer", address],
    env: process.env,
  });
  await child.waitFor("done", 60_000);
  return child.events.filter(({ event }) => event === "case").map(caseFrom);
}
