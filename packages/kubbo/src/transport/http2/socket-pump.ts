import type { Socket } from "node:net";
import type { Http2Machine } from "./machine.ts";
import type { Ticker } from "./ticker.ts";

/** How long the peer may take to close its side after ours, in ms. It should read our last words before. */
const lingerMs = 1000;

/**
 * Moves bytes between a socket and a machine: what a turn of the event loop wrote leaves together, and nothing is taken
 * from the machine that the socket does not want.
 */
export class SocketPump {
  readonly #socket: Socket;
  readonly #machine: Http2Machine;
  readonly #ticker: Ticker;
  /** The kernel copies what it takes, so its memory can be used again; TLS may still read it. */
  readonly #copies: boolean;
  #scheduled = false;
  /** The socket has more than it wants; what comes now stays in the machine, which counts it. */
  #full = false;
  #error: Error | undefined;
  #endedAtMs: number | undefined;
  readonly #flushLater = () => {
    this.#scheduled = false;
    this.flush();
  };

  constructor(socket: Socket, machine: Http2Machine, ticker: Ticker) {
    this.#socket = socket;
    this.#machine = machine;
    this.#ticker = ticker;
    this.#copies = !("encrypted" in socket);
  }

  /** @param first bytes that were read before */
  start(first?: Buffer): void {
    const socket = this.#socket;
    this.#ticker.add(this);
    socket.on("drain", () => {
      if (!this.#full) return;
      this.#full = false;
      this.#machine.setFull(false);
      this.flush();
    });
    socket.on("error", (error) => {
      this.#error = error;
    });
    socket.once("close", () => {
      this.#ticker.delete(this);
      this.#machine.lost(this.#error);
    });
    if (first && first.length > 0) this.#receive(first);
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.schedule();
  }

  #receive(chunk: Buffer): void {
    this.#machine.receive(chunk);
    if (this.#machine.congested && !this.#machine.ended) this.#socket.pause();
  }

  /** Flushes at the end of the turn: when all that is ready to run has run, and written what it has to. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(this.#flushLater);
  }

  flush(): void {
    const socket = this.#socket;
    const machine = this.#machine;
    if (this.#full && !machine.ended) return;
    do {
      const parts = machine.take();
      if (parts.length === 0) break;
      if (!socket.writable) continue; // `close` follows
      if (parts.length === 1) {
        socket.write(parts[0] as Uint8Array);
      } else {
        socket.cork();
        for (const part of parts) socket.write(part);
        socket.uncork();
      }
      if (socket.writableLength === 0) {
        if (this.#copies) machine.reuse();
      } else if (socket.writableNeedDrain) {
        this.#full = true;
        machine.setFull(true);
        break;
      }
    } while (machine.ready);
    if (machine.ended) this.#end();
    else if (socket.isPaused() && !machine.congested) socket.resume();
  }

  #end(): void {
    if (this.#endedAtMs !== undefined) return;
    this.#endedAtMs = this.#ticker.now();
    this.#socket.end();
    this.#socket.resume(); // so that its end is seen
  }

  /** Closes the socket now, last words included if the socket takes them at once. */
  destroy(): void {
    this.flush();
    this.#socket.destroy();
  }

  tick(nowMs: number): void {
    if (this.#endedAtMs === undefined) this.#machine.tick(nowMs);
    else if (nowMs - this.#endedAtMs >= lingerMs) this.#socket.destroy();
  }
}
