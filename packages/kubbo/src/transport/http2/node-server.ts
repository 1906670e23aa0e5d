import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import { addressText } from "../../model/endpoint.ts";
import type { ProtocolServer } from "../../model/protocol-server.ts";
import { RpcError } from "../../model/rpc-error.ts";
import { createListener } from "../listener.ts";
import { listFromNodeHeaders, nodeHeadersFromList } from "./node-headers.ts";
import { errorFromReset } from "./reset-error.ts";
import {
  type HeaderList,
  type HttpRequestHandler,
  type HttpStream,
  type HttpStreamEvents,
  http2Error,
} from "./session.ts";

export interface HttpServerOptions {
  readonly handler: HttpRequestHandler;
  /** Longest header list taken, in bytes. Default 32 KiB, as Dubbo Java. */
  readonly maxHeaderBytes?: number;
  /** Streams that one connection may have open. Default 1,000. */
  readonly maxConcurrentStreams?: number;
}

const windowBytes = 1 << 20;

/** A stream id that says "all that you sent": the first of the two GOAWAYs of a graceful end. */
const everyStream = 2 ** 31 - 1;

/**
 * The server's end: many connections on one port, HTTP/2 in clear text with prior knowledge. The announcement of
 * `drain` is the first of the two GOAWAYs of RFC 9113, 6.8.
 */
export function createHttpServer(options: HttpServerOptions): ProtocolServer {
  const sessions = new Set<ServerHttp2Session>();
  let activeStreams = 0;

  // Not listening itself: closing a listening node:http2 server closes its sessions at once, and with one GOAWAY only.
  const http2: Http2Server = createServer({
    settings: {
      initialWindowSize: windowBytes,
      maxConcurrentStreams: options.maxConcurrentStreams ?? 1000,
      maxHeaderListSize: options.maxHeaderBytes ?? 32 * 1024,
    },
  });
  const listener = createListener((socket) => http2.emit("connection", socket));
  http2.on("session", (session) => {
    sessions.add(session);
    session.setLocalWindowSize(windowBytes);
    session.once("close", () => sessions.delete(session));
    // A peer that breaks the protocol or its connection ends its own session, nothing else.
    session.on("error", () => {});
  });
  http2.on("sessionError", () => {});
  http2.on("stream", (raw, headers) => {
    activeStreams++;
    raw.once("close", () => activeStreams--);
    const { remoteAddress = "", remotePort = 0 } = raw.session?.socket ?? {};
    new NodeServerStream(raw, listFromNodeHeaders(headers), addressText(remoteAddress, remotePort), options.handler);
  });

  return {
    listen: (port, host) => listener.listen(port, host),
    async drain(lastCallsMs) {
      const ended = listener.close();
      for (const session of sessions) if (!session.destroyed) session.goaway(http2Error.noError, everyStream);
      if (sessions.size > 0)
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, lastCallsMs).unref())]);
      for (const session of sessions) session.close();
      await ended;
    },
    destroy() {
      for (const session of sessions) session.destroy();
      listener.destroy();
    },
    get activeCalls() {
      return activeStreams;
    },
    get connections() {
      return listener.connections;
    },
  };
}

class NodeServerStream implements HttpStream {
  readonly #raw: ServerHttp2Stream;
  readonly #events: HttpStreamEvents;
  #trailers: HeaderList | undefined;
  #requestDone = false;
  /** The response is complete as far as this side goes. */
  #done = false;
  #resetByUs = false;

  constructor(raw: ServerHttp2Stream, headers: HeaderList, peer: string, handler: HttpRequestHandler) {
    this.#raw = raw;
    let trailers: HeaderList = [];
    raw.on("error", () => {}); // `close` follows and has the code
    raw.on("wantTrailers", () => raw.sendTrailers(nodeHeadersFromList(this.#trailers ?? [])));
    this.#events = handler(this, headers, peer);
    raw.on("data", (chunk: Uint8Array) => {
      if (!this.#requestDone) this.#events.onData(chunk);
    });
    raw.on("trailers", (list) => {
      trailers = listFromNodeHeaders(list);
    });
    raw.on("end", () => {
      if (this.#requestDone || raw.aborted || raw.rstCode !== 0) return;
      this.#requestDone = true;
      this.#events.onEnd(trailers);
    });
    raw.on("drain", () => this.#events.onDrain?.());
    raw.on("close", () => this.#closed(peer));
  }

  #closed(peer: string): void {
    this.#requestDone = true;
    const { rstCode, writableFinished } = this.#raw;
    if (this.#resetByUs || (this.#done && writableFinished && rstCode === 0)) return;
    this.#events.onReset(rstCode === 0 ? peerGone(peer) : errorFromReset(rstCode, peer));
  }

  respond(headers: HeaderList, end: boolean): void {
    if (this.#done || this.#raw.destroyed) return;
    this.#done = end;
    this.#raw.respond(nodeHeadersFromList(headers), { endStream: end, waitForTrailers: !end });
  }

  write(chunk: Uint8Array): boolean {
    return this.#done || this.#raw.destroyed || this.#raw.write(chunk);
  }

  end(chunk?: Uint8Array, trailers?: HeaderList): void {
    if (this.#done || this.#raw.destroyed) return;
    this.#done = true;
    this.#trailers = trailers;
    if (chunk) this.#raw.end(chunk);
    else this.#raw.end();
  }

  reset(code: number): void {
    this.#resetByUs = true;
    this.#done = true;
    this.#requestDone = true;
    if (!this.#raw.destroyed) this.#raw.close(code);
  }

  pause(): void {
    this.#raw.pause();
  }

  resume(): void {
    this.#raw.resume();
  }
}

function peerGone(peer: string): RpcError {
  return new RpcError("CANCELLED", "connection-lost", `the connection of ${peer} was lost`, { facts: { peer } });
}
