import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { CommandError } from "../host/command.ts";
import { ClusterError } from "../host/error.ts";
import { commandInGroup } from "../host/group.ts";
import { type Access, kubectlFlags } from "./kubectl.ts";
import type { PodRef } from "./pod.ts";

/** A port of 127.0.0.1 that leads to a port of a pod, by way of the API server. */
export interface PortForward {
  readonly port: number;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens the way; resolves when connections are taken. */
export async function portForward(
  access: Access,
  { namespace, name }: PodRef,
  podPort: number,
  { timeoutMs = 15_000 }: { readonly timeoutMs?: number } = {},
): Promise<PortForward> {
  const flags = [`--namespace=${namespace}`, "--address=127.0.0.1"];
  const args = [...kubectlFlags(access), "port-forward", ...flags, `pod/${name}`, `:${podPort}`];
  const command = [access.program, ...args];
  const [file = "", ...words] = access.group === undefined ? command : commandInGroup(access.group, command);
  const child = spawn(file, words, { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const close = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  const shown = `kubectl port-forward pod/${name} :${podPort}`;
  const opened = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      reject(new CommandError(shown, `exit code ${code}`, { stdout: "", stderr, code: code ?? undefined }));
    });
    const timer = setTimeout(() => reject(new ClusterError(`${shown}: not open within ${timeoutMs} ms`)), timeoutMs);
    // The stream is read to its end: a full pipe would stop kubectl.
    createInterface({ input: child.stdout }).on("line", (line) => {
      const port = /^Forwarding from 127\.0\.0\.1:(\d+) ->/.exec(line)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
    child.once("close", () => clearTimeout(timer));
  });
  try {
    return { port: await opened, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
