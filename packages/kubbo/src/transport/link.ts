import type { Socket } from "node:net";
import type { Clock, Timer } from "../util/clock.ts";
import { WriteBatch } from "./write-batch.ts";

/** What a protocol's state machine may do with its connection. A test gives it one without a socket. */
export interface Link {
  /** Sends; what is written in one turn of the event loop leaves together. Does nothing once the link has ended. */
  write(bytes: Uint8Array): void;
  /** Closes after what was written. May be called twice. */
  end(): void;
  /** Closes now. May be called twice. */
  destroy(): void;
  /** Bytes that the peer's side has not taken yet. */
  readonly buffered: number;
  /** Reads no more from the peer until `resume`, who is held back by TCP then. What was read still comes. */
  pause(): void;
  resume(): void;
  /** Runs in a later turn of the event loop, after what else there is to be read and written. */
  defer(run: () => void): void;
}

/** How long the peer may take to close its half after ours, in ms; a dead one would keep the socket for ever. */
const closeMs = 5_000;

/** A link over a socket. */
export function socketLink(socket: Socket, clock: Clock): Link {
  const batch = new WriteBatch(socket);
  let ended = false;
  let timer: Timer | undefined;
  socket.once("close", () => timer?.cancel());
  return {
    write(bytes) {
      if (!ended && !socket.destroyed) batch.write(bytes);
    },
    end() {
      if (ended || socket.destroyed) return;
      ended = true;
      batch.flush();
      socket.end();
      timer = clock.setTimer(() => socket.destroy(), closeMs, { unref: true });
    },
    destroy() {
      ended = true;
      socket.destroy();
    },
    get buffered() {
      return socket.writableLength + batch.bytes;
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    defer: (run) => void setImmediate(run),
  };
}
