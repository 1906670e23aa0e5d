/**
 * HTTP/2 as this library needs it: requests with streamed bodies and trailers over one connection, nothing of gRPC.
 *
 * Triple and the client of the Kubernetes API stand on this contract; `client.ts` and `server.ts` implement it over
 * sockets (docs/adr/0010). It pushes (callbacks, not streams), since a stream object per call costs more than the call.
 */
import type { RpcError } from "../../model/rpc-error.ts";
import type { HeaderList } from "../../wire/hpack/header-list.ts";

export type { HeaderList } from "../../wire/hpack/header-list.ts";

/**
 * What a stream tells its user.
 *
 * A client hears exactly one of `onEnd` and `onReset`, and nothing after it. A server hears one of them as well, and
 * `onReset` may still come after `onEnd` as long as its response is not complete: the caller gave up.
 */
export interface HttpStreamEvents {
  /** The head of the response (client) or request (server; then it came before the stream was handed out). */
  onHead(headers: HeaderList): void;
  /** A piece of the body. The bytes belong to the receiver. */
  onData(chunk: Uint8Array): void;
  /** The peer has said everything; `trailers` may be empty. A response without a body ends with its head. */
  onEnd(trailers: HeaderList): void;
  /**
   * The stream broke: the peer reset it, or the connection went. `error.unprocessed` is true if the peer proved that it
   * did not look at the request (REFUSED_STREAM, or a GOAWAY below this stream).
   */
  onReset(error: RpcError): void;
  /** The write buffer, full before, has room again. */
  onDrain?(): void;
}

/** One request and its response, either side. */
export interface HttpStream {
  /** Server only: sends the head of the response. With `end` the response is complete (trailers-only for gRPC). */
  respond(headers: HeaderList, end: boolean): void;
  /**
   * Sends a piece of the body. False: the buffer is full, the caller should wait for `onDrain`; what was given is
   * kept and sent.
   */
  write(chunk: Uint8Array): boolean;
  /** Sends the last piece, if any, and the trailers, if any. */
  end(chunk?: Uint8Array, trailers?: HeaderList): void;
  /** Gives the stream up, with an HTTP/2 error code (RFC 9113, 7). No event follows. */
  reset(code: number): void;
  /** Back-pressure: no `onData` until `resume`. */
  pause(): void;
  resume(): void;
}

export interface HttpSessionEvents {
  /** The peer sent GOAWAY: no new streams; those it will still answer go on. */
  onDraining(why: string): void;
  /** The connection is gone. Undefined: closed as asked. All streams have ended before. */
  onClosed(error: RpcError | undefined): void;
}

/** A connection in figures. Windows and sizes are in bytes. */
export interface HttpSessionStatus {
  readonly peer: string;
  readonly streams: number;
  /** Requests that wait because the peer allows no more streams at a time. */
  readonly waiting: number;
  /** What the peer lets us send, over all streams. */
  readonly sendWindow: number;
  /** What we let the peer send, over all streams. */
  readonly receiveWindow: number;
  /** Given by the program and not sent yet, for want of a window or of room in the socket. */
  readonly unsentBytes: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly draining: boolean;
}

/** The client's end of a connection, usable since it was handed out. */
export interface HttpClientSession {
  /** Sends a request. With `end` the head is all of it. Errors come as `onReset`, never thrown. */
  request(headers: HeaderList, end: boolean, events: HttpStreamEvents): HttpStream;
  /** Resolves with the round trip in ms; rejects after `timeoutMs` or when the connection goes. */
  ping(timeoutMs: number): Promise<number>;
  readonly activeStreams: number;
  /** How it stands now, for people and tests. */
  inspect(): HttpSessionStatus;
  /** No new streams; closes after the last one. May be called twice. */
  close(): Promise<void>;
  /** Ends everything now. May be called twice. */
  destroy(error: RpcError): void;
}

/** Takes a new request on the server; the answer goes through `stream`. */
export type HttpRequestHandler = (stream: HttpStream, headers: HeaderList, peer: string) => HttpStreamEvents;

/** Error codes of HTTP/2. Source: RFC 9113, 7. */
export const http2Error = {
  noError: 0x0,
  protocol: 0x1,
  internal: 0x2,
  flowControl: 0x3,
  settingsTimeout: 0x4,
  streamClosed: 0x5,
  frameSize: 0x6,
  refusedStream: 0x7,
  cancel: 0x8,
  compression: 0x9,
  connect: 0xa,
  enhanceYourCalm: 0xb,
  inadequateSecurity: 0xc,
  http11Required: 0xd,
} as const;
