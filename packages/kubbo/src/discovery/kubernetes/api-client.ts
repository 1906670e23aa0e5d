import { isIP } from "node:net";
import { RpcError } from "../../model/rpc-error.ts";
import {
  type HeaderList,
  type HttpClientSession,
  type HttpStream,
  type HttpStreamEvents,
  http2Error,
} from "../../transport/http2/session.ts";
import type { Clock, Timer } from "../../util/clock.ts";
import { version } from "../../util/version.ts";
import { headerValue } from "../../wire/hpack/header-list.ts";
import { ApiError, apiErrorFromBody } from "./api-error.ts";
import type { ClusterAccess } from "./cluster.ts";
import { LineSplitter } from "./line-splitter.ts";

/** Longest time to connect, in ms. Short: a lost SYN costs a second, a dead server should cost no more than two. */
const connectTimeoutMs = 2000;

/** Longest answer to a request that is not a watch, in ms. */
const requestTimeoutMs = 30_000;

/** Time between two pings of a connection with watches, and for the answer, in ms: a black hole shows within 30 s. */
const pingIntervalMs = 20_000;
const pingTimeoutMs = 10_000;

/** Longest answer taken, unpacked: 100,000 endpoints are about 33 MB. */
const maxBodyBytes = 256 * 1024 * 1024;

/** A running watch. */
export interface WatchStream {
  /** Ends it; no callback follows. */
  stop(): void;
}

export interface WatchEvents {
  /** The server has accepted the watch. */
  onOpen(): void;
  /** One event, as JSON text. */
  onLine(line: string): void;
  /** It ended: undefined in the normal way, which a watch does every few minutes; else with the cause. */
  onEnd(error: RpcError | undefined): void;
}

/**
 * The Kubernetes API over one HTTP/2 connection that carries every watch; opened when needed, and again when it went.
 */
export class ApiClient {
  readonly access: ClusterAccess;
  readonly #clock: Clock;
  readonly #userAgent: string;
  #session: Promise<HttpClientSession> | undefined;
  #pings: Timer | undefined;
  #closed = false;

  constructor(access: ClusterAccess, clock: Clock, pod: string | undefined) {
    this.access = access;
    this.#clock = clock;
    this.#userAgent = `kubbo/${version} (${access.namespace}/${pod ?? "-"})`;
  }

  /**
   * One request; resolves with the parsed body.
   *
   * Errors: ApiError for what the server refuses; RpcError `api-unreachable` for what does not reach it.
   */
  async get(path: string): Promise<unknown> {
    const session = await this.#connected();
    const head = await this.#head(path, ["accept-encoding", "gzip"]);
    const { headers, body } = await collect(session, head, this.#clock);
    const plain = headerValue(headers, "content-encoding") === "gzip" ? await gunzip(body) : body;
    const status = headerValue(headers, ":status") ?? "";
    if (status !== "200") throw apiErrorFromBody(Number(status), plain.toString("utf8"), headers);
    return parseJson(plain.toString("utf8"));
  }

  /** Opens a watch. What goes wrong comes as `onEnd`, later. */
  watch(path: string, events: WatchEvents): WatchStream {
    let stream: HttpStream | undefined;
    let stopped = false;
    const open = async () => {
      const session = await this.#connected();
      const head = await this.#head(path, []);
      if (stopped) return;
      stream = session.request(head, true, new Watching(events, () => stream?.reset(http2Error.cancel)));
    };
    open().catch((error: unknown) => {
      if (!stopped) events.onEnd(RpcError.from(error));
    });
    return {
      stop() {
        stopped = true;
        stream?.reset(http2Error.cancel);
      },
    };
  }

  async #head(path: string, more: readonly string[]): Promise<HeaderList> {
    const { server, credentials } = this.access;
    const token = await credentials.token();
    return [
      ":method",
      "GET",
      ":scheme",
      server.protocol.slice(0, -1),
      ":path",
      `${server.pathname.replace(/\/$/, "")}${path}`,
      ":authority",
      server.host,
      "accept",
      "application/json",
      "user-agent",
      this.#userAgent,
      ...(token === undefined ? [] : ["authorization", `Bearer ${token}`]),
      ...more,
    ];
  }

  #connected(): Promise<HttpClientSession> {
    if (this.#closed) return Promise.reject(new RpcError("CANCELLED", "closed", "the client is closed"));
    if (!this.#session) {
      const opening = this.#connect();
      this.#session = opening;
      opening.catch(() => this.#forget(opening));
    }
    return this.#session;
  }

  async #connect(): Promise<HttpClientSession> {
    const { server, tls } = this.access;
    const { openHttp2 } = await import("../../transport/http2/client.ts");
    const timeout = new AbortController();
    const timer = this.#clock.setTimer(
      () => timeout.abort(new Error(`no connection within ${connectTimeoutMs} ms`)),
      connectTimeoutMs,
    );
    const host = server.hostname.replace(/^\[|\]$/g, "");
    const port = Number(server.port) || (server.protocol === "https:" ? 443 : 80);
    const options = await tls();
    try {
      let gone = false;
      const forget = () => {
        gone = true;
        this.#forget(this.#session);
      };
      const session = await openHttp2(
        { address: host, port, ...(isIP(host) === 0 && { host }) },
        { signal: timeout.signal, ...(options && { tls: options }), events: { onDraining: forget, onClosed: forget } },
      );
      if (this.#closed) session.destroy(new RpcError("CANCELLED", "closed", "the client is closed"));
      else if (!gone) this.#ping(session);
      return session;
    } catch (cause) {
      throw new RpcError(
        "UNAVAILABLE",
        "api-unreachable",
        `the API server ${server.origin} cannot be reached (${this.access.source}): ${RpcError.from(cause).message}`,
        { facts: { server: server.origin }, cause },
      );
    } finally {
      timer.cancel();
    }
  }

  /** The next request opens another connection; what runs on the old one goes on if it can. */
  #forget(session: Promise<HttpClientSession> | undefined): void {
    if (this.#session !== session) return;
    this.#session = undefined;
    this.#pings?.cancel();
  }

  #ping(session: HttpClientSession): void {
    this.#pings?.cancel();
    this.#pings = this.#clock.setTimer(
      () => {
        session.ping(pingTimeoutMs).then(
          () => this.#ping(session),
          (cause: unknown) => session.destroy(RpcError.from(cause)),
        );
      },
      pingIntervalMs,
      { unref: true },
    );
  }

  /** Ends the connection and with it every watch, without a callback of theirs that would open another. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#pings?.cancel();
    const session = await this.#session?.catch(() => undefined);
    session?.destroy(new RpcError("CANCELLED", "closed", "the client is closed"));
  }
}

/** The events of a watch's stream. */
class Watching implements HttpStreamEvents {
  readonly #events: WatchEvents;
  readonly #abandon: () => void;
  readonly #lines: LineSplitter;
  /** Set if the server refused: the body is the explanation. */
  #refused: { readonly status: number; readonly headers: HeaderList; text: string } | undefined;
  #ended = false;

  constructor(events: WatchEvents, abandon: () => void) {
    this.#events = events;
    this.#abandon = abandon;
    this.#lines = new LineSplitter((line) => {
      if (!this.#ended) events.onLine(line);
    });
  }

  onHead(headers: HeaderList): void {
    const status = Number(headerValue(headers, ":status"));
    if (status === 200) this.#events.onOpen();
    else this.#refused = { status, headers, text: "" };
  }

  onData(chunk: Uint8Array): void {
    if (this.#refused) {
      if (this.#refused.text.length < 65536) this.#refused.text += Buffer.from(chunk).toString("utf8");
      return;
    }
    try {
      this.#lines.push(chunk);
    } catch (error) {
      this.#end(RpcError.from(error));
      this.#abandon();
    }
  }

  onEnd(): void {
    this.#end(this.#refused && apiErrorFromBody(this.#refused.status, this.#refused.text, this.#refused.headers));
  }

  onReset(error: RpcError): void {
    this.#end(error);
  }

  #end(error: RpcError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.onEnd(error);
  }
}

function collect(
  session: HttpClientSession,
  head: HeaderList,
  clock: Clock,
): Promise<{ headers: HeaderList; body: Buffer }> {
  return new Promise((resolve, reject) => {
    let headers: HeaderList = [];
    const chunks: Uint8Array[] = [];
    let length = 0;
    const giveUp = (error: RpcError) => {
      timer.cancel();
      stream.reset(http2Error.cancel);
      reject(error);
    };
    const timer = clock.setTimer(
      () =>
        giveUp(
          new RpcError("UNAVAILABLE", "api-unreachable", `the API server did not answer within ${requestTimeoutMs} ms`),
        ),
      requestTimeoutMs,
      { unref: true },
    );
    const stream: HttpStream = session.request(head, true, {
      onHead(list) {
        headers = list;
      },
      onData(chunk) {
        length += chunk.length;
        if (length > maxBodyBytes) giveUp(bodyTooLarge());
        else chunks.push(chunk);
      },
      onEnd() {
        timer.cancel();
        resolve({ headers, body: Buffer.concat(chunks, length) });
      },
      onReset(error) {
        timer.cancel();
        reject(error);
      },
    });
  });
}

function bodyTooLarge(): RpcError {
  return new RpcError("RESOURCE_EXHAUSTED", "limit", `the API server's answer is longer than ${maxBodyBytes} bytes`);
}

/** Unpacks no more than is allowed, whatever the packed bytes announce. */
async function gunzip(body: Buffer): Promise<Buffer> {
  const zlib = await import("node:zlib");
  return new Promise((resolve, reject) => {
    zlib.gunzip(body, { maxOutputLength: maxBodyBytes }, (error, unpacked) =>
      error ? reject(error) : resolve(unpacked),
    );
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError(200, "BadBody", `the API server's answer is not JSON: ${text.slice(0, 80)}`, undefined, cause);
  }
}
