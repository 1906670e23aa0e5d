import type { Socket } from "node:net";
import { clientPreface } from "./frame.ts";
import type { Ticker, Ticking } from "./ticker.ts";

/** What a connection begins with. */
export type FirstBytes = "http2" | "http1" | "garbage";

/** An answer for people, and for clients of HTTP/1 that show it to them. */
const noHttp1 = Buffer.from(
  "HTTP/1.1 505 HTTP Version Not Supported\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: 51\r\n\r\n" +
    "This port speaks HTTP/2 (Triple, gRPC), not HTTP/1\n",
  "latin1",
);

/** The longest first line of a request of HTTP/1 that is looked at, in bytes. */
const maxLineBytes = 8192;

/**
 * Tells from its first bytes what a connection is; undefined: too few to tell.
 *
 * `PRI ` is no method of HTTP/1 and never will be (RFC 9113, 11.2), so four bytes are enough for HTTP/2. HTTP/1 shows by
 * its whole first line.
 */
export function protocolOf(bytes: Buffer): FirstBytes | undefined {
  const least = Math.min(bytes.length, 4);
  if (clientPreface.compare(bytes, 0, least, 0, least) === 0) return least === 4 ? "http2" : undefined;
  const first = bytes[0] as number;
  if (first < 0x41 || first > 0x5a) return "garbage";
  const end = bytes.subarray(0, maxLineBytes).indexOf("\r\n");
  if (end < 0) return bytes.length < maxLineBytes ? undefined : "garbage";
  return /^[A-Z]+ \S+ HTTP\/1\.[01]$/.test(bytes.toString("latin1", 0, end)) ? "http1" : "garbage";
}

export interface PortOptions {
  readonly ticker: Ticker;
  /** Time for the first bytes, in ms. */
  readonly timeoutMs: number;
  /** @param first what was read; may be more than the preface, or garbage: HTTP/2's own error tells so */
  onHttp2(socket: Socket, first: Buffer): void;
  /** The bytes are back in the socket. Undefined: such connections get an answer that says what the port speaks. */
  readonly onHttp1: ((socket: Socket) => void) | undefined;
}

/** Reads as few bytes of a connection as tell what it speaks, and hands it on. One that says nothing is closed. */
export function sniff(socket: Socket, options: PortOptions): void {
  const { ticker, timeoutMs } = options;
  const until = ticker.now() + timeoutMs;
  let seen: Buffer = Buffer.alloc(0);
  const watch: Ticking = {
    tick(nowMs) {
      if (nowMs >= until) socket.destroy();
    },
  };
  const stop = () => {
    ticker.delete(watch);
    socket.off("data", onData).off("close", stop);
  };
  const onData = (chunk: Buffer) => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const protocol = protocolOf(seen);
    if (protocol === undefined) return;
    stop();
    if (protocol === "http1") {
      socket.pause();
      socket.unshift(seen);
      toHttp1(socket, options.onHttp1);
    } else {
      options.onHttp2(socket, seen);
    }
  };
  ticker.add(watch);
  socket.on("data", onData).on("close", stop);
}

/** For a connection that is known to be HTTP/1. */
export function toHttp1(socket: Socket, onHttp1: ((socket: Socket) => void) | undefined): void {
  if (onHttp1) onHttp1(socket);
  else socket.end(noHttp1);
  socket.resume(); // it was paused while its first bytes went back
}
