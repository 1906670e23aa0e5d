import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import type { Socket } from "node:net";
import { addressText } from "../../model/endpoint.ts";
import { RpcError } from "../../model/rpc-error.ts";
import type { Address } from "../../model/session.ts";
import { connectFailed, type DialOptions, dial } from "../dial.ts";
import { guessPeer } from "../peer-guess.ts";
import { listFromNodeHeaders, nodeHeadersFromList } from "./node-headers.ts";
import { errorFromReset } from "./reset-error.ts";
import {
  type HeaderList,
  type HttpClientSession,
  type HttpSessionEvents,
  type HttpStream,
  type HttpStreamEvents,
  http2Error,
} from "./session.ts";

export interface HttpClientOptions extends DialOptions {
  readonly events: HttpSessionEvents;
}

/** Receive window per stream and connection; the default of 64 KiB stalls large messages. */
const windowBytes = 1 << 20;

/** How long a peer that failed as HTTP/2 may take to show what it is. */
const guessTimeoutMs = 500;

/** Magic and an empty SETTINGS frame. Source: RFC 9113, 3.4. */
const preface = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

/**
 * Connects, and resolves when the peer has proved by its SETTINGS that it speaks HTTP/2: with prior knowledge in clear
 * text, by ALPN over TLS.
 *
 * Errors: UNAVAILABLE `connect-failed`; UNAVAILABLE `not-a-peer` with what the peer seems to be. Both unprocessed.
 */
export async function openHttp2(
  to: Address & { readonly host?: string },
  options: HttpClientOptions,
): Promise<HttpClientSession> {
  const tls = options.tls && { ...options.tls, alpn: ["h2"] };
  const socket = await dial(to, { signal: options.signal, ...(tls && { tls }) });
  const where = addressText(to.host ?? to.address, to.port);
  const alpn = "alpnProtocol" in socket ? socket.alpnProtocol : undefined;
  if (tls && alpn !== "h2") {
    socket.destroy();
    throw notHttp2(where, "a TLS server without HTTP/2 (ALPN did not choose h2)");
  }
  const session = connect(`${tls ? "https" : "http"}://${where}`, {
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: windowBytes },
  });
  try {
    await firstSettings(session, options.signal);
  } catch (cause) {
    session.destroy();
    if (options.signal.aborted) throw notHttp2(where, "something that takes connections and says nothing", cause);
    if (tls) throw connectFailed(where, cause);
    const guess = await guessAt(to, options);
    throw guess ? notHttp2(where, guess, cause) : connectFailed(where, cause);
  }
  session.setLocalWindowSize(windowBytes);
  return new NodeClientSession(session, where, options.events);
}

function firstSettings(session: ClientHttp2Session, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    const settle = (then: () => void) => {
      signal.removeEventListener("abort", onAbort);
      then();
    };
    session.once("remoteSettings", () => settle(resolve));
    // Stays on: after the first error more may follow, and an error event without a listener ends the process.
    session.on("error", (error) => settle(() => reject(error)));
    session.once("close", () => settle(() => reject(new Error("closed before its SETTINGS came"))));
    if (signal.aborted) settle(() => reject(signal.reason));
  });
}

/** Dials once more and reads what the peer answers to HTTP/2's preface; undefined if nothing can be learnt. */
async function guessAt(to: Address & { readonly host?: string }, options: DialOptions): Promise<string | undefined> {
  let socket: Socket;
  try {
    socket = await dial(to, { signal: options.signal });
  } catch {
    return undefined; // It went away meanwhile: then the first error is the one to tell.
  }
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish(undefined), guessTimeoutMs);
    function finish(guess: string | undefined): void {
      clearTimeout(timer);
      socket.destroy();
      resolve(guess);
    }
    socket.once("data", (chunk) => finish(guessPeer(chunk)));
    socket.once("end", () => finish(guessPeer(new Uint8Array())));
    socket.once("error", () => finish(guessPeer(new Uint8Array())));
    socket.write(preface);
  });
}

function notHttp2(where: string, guess: string, cause?: unknown): RpcError {
  return new RpcError(
    "UNAVAILABLE",
    "not-a-peer",
    `${where} does not speak HTTP/2: it looks like ${guess}. Check the port and its appProtocol.`,
    { facts: { address: where, guess }, cause, unprocessed: true },
  );
}

class NodeClientSession implements HttpClientSession {
  readonly #session: ClientHttp2Session;
  readonly #where: string;
  readonly #streams = new Set<NodeClientStream>();
  #lost: RpcError | undefined;
  #closing = false;
  readonly #closed: Promise<void>;

  constructor(session: ClientHttp2Session, where: string, events: HttpSessionEvents) {
    this.#session = session;
    this.#where = where;
    session.on("goaway", (code) => events.onDraining(`GOAWAY ${code} from ${where}`));
    session.on("error", (error) => {
      this.#lost ??= connectionLost(where, error);
    });
    this.#closed = new Promise((resolve) => {
      session.once("close", () => {
        if (!this.#closing) this.#lost ??= connectionLost(where, undefined);
        // A stream may tell of its end only later; whoever owns the session must see its calls settled first.
        for (const stream of [...this.#streams]) stream.lost(this.#lost ?? closed(where));
        events.onClosed(this.#lost);
        resolve();
      });
    });
  }

  get activeStreams(): number {
    return this.#streams.size;
  }

  request(headers: HeaderList, end: boolean, events: HttpStreamEvents): HttpStream {
    if (this.#session.closed || this.#session.destroyed) {
      const error = new RpcError("UNAVAILABLE", "connection-draining", `${this.#where} takes no new calls`, {
        facts: { address: this.#where },
        unprocessed: true,
      });
      queueMicrotask(() => events.onReset(error));
      return deadStream;
    }
    const raw = this.#session.request(nodeHeadersFromList(headers), { endStream: end });
    const stream = new NodeClientStream(raw, events, {
      where: this.#where,
      lost: () => (this.#session.destroyed ? (this.#lost ?? connectionLost(this.#where, undefined)) : undefined),
      onDone: () => this.#streams.delete(stream),
    });
    this.#streams.add(stream);
    return stream;
  }

  ping(timeoutMs: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const lost = () => {
        clearTimeout(timer);
        reject(connectionLost(this.#where, undefined));
      };
      const timer = setTimeout(() => {
        this.#session.off("close", lost);
        reject(connectionLost(this.#where, new Error(`no answer to a PING within ${timeoutMs} ms`)));
      }, timeoutMs);
      this.#session.once("close", lost);
      const sent =
        !this.#session.destroyed &&
        this.#session.ping((error, durationMs) => {
          clearTimeout(timer);
          this.#session.off("close", lost);
          if (error) reject(connectionLost(this.#where, error));
          else resolve(durationMs);
        });
      if (!sent) lost();
    });
  }

  close(): Promise<void> {
    this.#closing = true;
    this.#session.close();
    return this.#closed;
  }

  destroy(error: RpcError): void {
    this.#closing = true;
    this.#lost ??= error;
    this.#session.destroy();
  }
}

interface StreamOwner {
  readonly where: string;
  /** Why the connection is gone; undefined while it lives. */
  lost(): RpcError | undefined;
  onDone(): void;
}

class NodeClientStream implements HttpStream {
  readonly #raw: ClientHttp2Stream;
  readonly #events: HttpStreamEvents;
  readonly #owner: StreamOwner;
  #trailers: HeaderList = [];
  #done = false;

  constructor(raw: ClientHttp2Stream, events: HttpStreamEvents, owner: StreamOwner) {
    this.#raw = raw;
    this.#events = events;
    this.#owner = owner;
    raw.on("response", (headers) => {
      if (!this.#done) events.onHead(listFromNodeHeaders(headers));
    });
    raw.on("data", (chunk: Uint8Array) => {
      if (!this.#done) events.onData(chunk);
    });
    raw.on("trailers", (headers) => {
      this.#trailers = listFromNodeHeaders(headers);
    });
    // `end` comes as well when the stream was cut; `close` follows in any case and knows.
    raw.on("end", () => {
      if (raw.rstCode === 0 && !raw.aborted && !owner.lost()) this.#end();
    });
    raw.on("error", () => {});
    raw.on("close", () => {
      const lost = owner.lost();
      // node:http2 gives the streams of a lost connection the code CANCEL, as if the peer had sent it.
      if (lost && raw.rstCode !== http2Error.refusedStream) this.lost(lost);
      else if (raw.rstCode !== 0) this.lost(errorFromReset(raw.rstCode, owner.where));
      else this.#end();
    });
    if (events.onDrain) raw.on("drain", () => events.onDrain?.());
  }

  /** Ends the stream for its user with an error, unless it has ended. */
  lost(error: RpcError): void {
    if (!this.#finish()) return;
    // Without an id it never left this process.
    this.#events.onReset(this.#raw.id === undefined ? notSent(this.#owner.where, error) : error);
  }

  #end(): void {
    if (this.#finish()) this.#events.onEnd(this.#trailers);
  }

  #finish(): boolean {
    if (this.#done) return false;
    this.#done = true;
    this.#owner.onDone();
    return true;
  }

  respond(): void {
    throw new TypeError("a client's stream does not respond");
  }

  write(chunk: Uint8Array): boolean {
    return this.#done || this.#raw.write(chunk);
  }

  end(chunk?: Uint8Array): void {
    if (this.#done) return;
    if (chunk) this.#raw.end(chunk);
    else this.#raw.end();
  }

  reset(code: number): void {
    if (this.#finish()) this.#raw.close(code);
  }

  pause(): void {
    this.#raw.pause();
  }

  resume(): void {
    this.#raw.resume();
  }
}

/** What a request gets that was never sent. */
const deadStream: HttpStream = {
  respond() {},
  write: () => true,
  end() {},
  reset() {},
  pause() {},
  resume() {},
};

function connectionLost(where: string, cause: unknown): RpcError {
  const why = cause instanceof Error ? `: ${cause.message}` : "";
  return new RpcError("UNAVAILABLE", "connection-lost", `the connection to ${where} was lost${why}`, {
    facts: { address: where },
    cause,
  });
}

function notSent(where: string, cause?: unknown): RpcError {
  return new RpcError(
    "UNAVAILABLE",
    "connection-lost",
    `the connection to ${where} was lost before the call was sent`,
    {
      facts: { address: where },
      cause,
      unprocessed: true,
    },
  );
}

function closed(where: string): RpcError {
  return new RpcError("CANCELLED", "closed", `the connection to ${where} was closed by this program`, {
    facts: { address: where },
  });
}
