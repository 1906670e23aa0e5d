// A Java process that reads and writes Hessian2 as Dubbo does: dev.kubbo.interop.hessian.HessianPeer.

import { type ChildProcess, spawn } from "node:child_process";
import { buildJavaPeers, type JavaPeers, mainClasses } from "./java-peers.ts";
import { findJavaTools } from "./java-tools.ts";
import type { Classes } from "./random-values/index.ts";

/** What Java says of one value: its canonical text, or the trace of what was thrown. */
export type JavaAnswer =
  | { readonly t: "text"; readonly text: string }
  | { readonly t: "error"; readonly trace: string };

export interface JavaValueBytes {
  readonly answer: JavaAnswer;
  readonly bytes: Uint8Array;
}

export interface HessianPeerOptions {
  /** Default: what buildJavaPeers() gives. */
  readonly peers?: JavaPeers;
  readonly jvmOptions?: readonly string[];
}

const maxStderrChars = 20_000;
const killTimeoutMs = 10_000;

const bytesOf = (part: string | Uint8Array): Uint8Array => (typeof part === "string" ? Buffer.from(part) : part);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function answerOf(part: Uint8Array): JavaAnswer {
  const text = Buffer.from(part).toString("utf8");
  return text.startsWith("=") ? { t: "text", text: text.slice(1) } : { t: "error", trace: text.slice(1) };
}

/** The parts of the first message in `bytes`, and where it ends; undefined if it is not all there. */
export function takeMessage(bytes: Buffer): { readonly parts: readonly Buffer[]; readonly end: number } | undefined {
  if (bytes.length < 4) return undefined;
  const parts: Buffer[] = [];
  let at = 4;
  for (let left = bytes.readUInt32BE(0); left > 0; left--) {
    if (bytes.length < at + 4) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (bytes.length < end) return undefined;
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return { parts, end: at };
}

/** One question at a time; the next one waits for nobody but its caller. */
export class HessianPeer implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  /** Set if and only if a question was asked and not answered. */
  #waiting: PromiseWithResolvers<readonly Buffer[]> | undefined;
  #chunks: Buffer[] = [];
  #received = 0;
  #stderr = "";

  constructor(command: string, args: readonly string[]) {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    // That the other end is gone is told by the end of the process.
    child.stdin.on("error", () => {});
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-maxStderrChars);
    });
    child.stdout.on("data", (chunk: Buffer) => this.#receive(chunk));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#exited = promise;
    const end = (why: string) => {
      resolve();
      this.#waiting?.reject(new Error(`the Java process ${why}:\n${this.#stderr}`));
      this.#waiting = undefined;
    };
    child.on("error", (error) => end(`cannot be started: ${error.message}`));
    child.on("close", (code, signal) => end(`ended (${signal ?? `code ${code}`})`));
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    const all = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#received);
    this.#chunks = [all];
    const message = takeMessage(all);
    if (!message) return;
    this.#chunks = [];
    this.#received = 0;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(message.parts);
  }

  async #ask(parts: readonly (string | Uint8Array)[]): Promise<readonly Buffer[]> {
    if (this.#waiting) throw new Error("one question at a time");
    if (this.#child.exitCode !== null) throw new Error(`the Java process has ended:\n${this.#stderr}`);
    const waiting = Promise.withResolvers<readonly Buffer[]>();
    this.#waiting = waiting;
    const body = parts.map(bytesOf).flatMap((part) => [uint32(part.length), part]);
    this.#child.stdin?.write(Buffer.concat([uint32(parts.length), ...body]));
    const answer = await waiting.promise;
    const [first] = answer;
    if (answer.length === 1 && first?.toString("utf8", 0, 2) === "!!") throw new Error(first.toString("utf8", 2));
    return answer;
  }

  /** @param sources by class name; rejects with the compiler's words */
  async compile(sources: ReadonlyMap<string, string>): Promise<void> {
    const [answer] = await this.#ask(["compile", ...[...sources].flat()]);
    const text = answer?.toString("utf8");
    if (text !== "ok") throw new Error(text);
  }

  /** What Java reads in each of these, where the type of `field` (`com.acme.Root.value`) is wanted. */
  async read(field: string, classes: Classes, values: readonly Uint8Array[]): Promise<readonly JavaAnswer[]> {
    const answers = await this.#ask(["read", field, classes.toUpperCase(), ...values]);
    return answers.map(answerOf);
  }

  /** A random value of the type of `field` for each seed: what it is, and how Java writes it. */
  async write(field: string, seeds: readonly number[]): Promise<readonly JavaValueBytes[]> {
    const answers = await this.#ask(["write", field, ...seeds.map(String)]);
    return seeds.map((_, i) => ({
      answer: answerOf(answers[2 * i] as Buffer),
      bytes: answers[2 * i + 1] as Buffer,
    }));
  }

  /** Kills it at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    const late = setTimeout(() => {
      throw new Error(`the Java process ${this.#child.pid} cannot be killed`);
    }, killTimeoutMs);
    await this.#exited;
    clearTimeout(late);
  }
}

/** For a minute of much code that is run a few times: thousands of small classes, and the compiler that makes them. */
const quickJvmOptions: readonly string[] = Object.freeze(["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]);

/** It needs the compiler of a JDK. */
export async function startHessianPeer(options: HessianPeerOptions = {}): Promise<HessianPeer> {
  const peers = options.peers ?? (await buildJavaPeers());
  const { java } = findJavaTools(["java", "javac"]);
  const { jvmOptions = quickJvmOptions } = options;
  return new HessianPeer(java, [...jvmOptions, "-cp", peers.classPath, mainClasses.hessian]);
}
