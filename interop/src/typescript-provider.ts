// The TypeScript provider as a child process.

import { fileURLToPath } from "node:url";
import { numberOf, textOf } from "./java-provider.ts";
import { PeerProcess } from "./peer-process.ts";

export interface TypeScriptProvider extends AsyncDisposable {
  /** What its answers say they come from. */
  readonly host: string;
  readonly dubboPort: number;
  readonly triPort: number;
  readonly process: PeerProcess;
}

/** Ready to be called, on free ports. Disposing kills it at once. */
export async function startTypeScriptProvider(host: string): Promise<TypeScriptProvider> {
  const child = new PeerProcess({
    command: process.execPath,
    args: ["--conditions=kubbo-source", fileURLToPath(new URL("provider.ts", import.meta.url))],
    env: {
      ...process.env,
      HOSTNAME: host,
      KUBBO_LISTEN_TRI: "127.0.0.1:0",
      KUBBO_LISTEN_DUBBO: "127.0.0.1:0",
      KUBBO_LISTEN_PROBES: "off",
    },
  });
  try {
    const ready = await child.waitFor("ready", 30_000);
    return Object.freeze({
      host: textOf(ready, "host"),
      dubboPort: numberOf(ready, "dubbo"),
      triPort: numberOf(ready, "tri"),
      process: child,
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    });
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}
