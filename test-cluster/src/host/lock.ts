import { connect, createServer } from "node:net";
import { seconds } from "./deadline.ts";
import { ClusterError, hasCode } from "./error.ts";

export interface Lock {
  release(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface LockOptions {
  /** What the holder does, told to whoever waits: "cluster:up". */
  readonly purpose: string;
  /** Called once, with the holder's own words, before the wait begins. */
  readonly onWait: (holder: string) => void;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes the machine-wide lock of this name, waiting for its holder to let go.
 *
 * The lock is a listening socket in Linux' abstract name space: the kernel frees it with the process, however that
 * ends, and there is no file to leave behind. A connection to it tells who holds it and ends when they let go, so
 * waiting needs no polling.
 */
export async function takeLock(name: string, options: LockOptions): Promise<Lock> {
  const path = pathOf(name);
  const deadline = performance.now() + options.timeoutMs;
  let told = false;
  while (true) {
    options.signal?.throwIfAborted();
    const lock = await listen(path, `${options.purpose}, process ${process.pid}`);
    if (lock) return lock;
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) {
      throw new ClusterError(
        `the lock "${name}" is still held after ${seconds(options.timeoutMs)}. Wait for its holder, or end it.`,
      );
    }
    await untilReleased(path, leftMs, options.signal, (holder) => {
      if (!told) options.onWait(holder);
      told = true;
    });
  }
}

const pathOf = (name: string) => `\0kubbo-test-cluster/${name}`;

/** What the holder of a lock says of itself: `cluster:up, process 12`. Undefined when nobody has it. */
export async function holderOfLock(name: string): Promise<string | undefined> {
  let said: string | undefined;
  const controller = new AbortController();
  await untilReleased(pathOf(name), 1000, controller.signal, (holder) => {
    said = holder;
    controller.abort();
  });
  return said;
}

/** Undefined when somebody else has it. */
function listen(path: string, holder: string): Promise<Lock | undefined> {
  return new Promise((resolve, reject) => {
    const waiting = new Set<import("node:net").Socket>();
    const server = createServer((socket) => {
      waiting.add(socket);
      socket.on("error", () => {}); // whoever waited has gone
      socket.on("close", () => waiting.delete(socket));
      socket.write(`${holder}\n`);
    });
    // The lock itself keeps nobody's process alive.
    server.unref();
    server.on("connection", (socket) => socket.unref());
    server.once("error", (error) => (hasCode(error, "EADDRINUSE") ? resolve(undefined) : reject(error)));
    const release = () =>
      new Promise<void>((done) => {
        server.close(() => done());
        for (const socket of waiting) socket.destroy();
      });
    server.listen(path, () => resolve({ release, [Symbol.asyncDispose]: release }));
  });
}

/** Resolves when the holder has let go, at the deadline, or when the holder went away before it could be asked. */
function untilReleased(
  path: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  onHolder: (holder: string) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      socket.destroy();
      resolve();
    };
    const timer = setTimeout(done, timeoutMs);
    signal?.addEventListener("abort", done, { once: true });
    socket.on("data", (text) => onHolder(String(text).trim()));
    socket.on("error", done);
    socket.on("close", done);
  });
}
