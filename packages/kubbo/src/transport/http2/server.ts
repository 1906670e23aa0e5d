import type { Socket } from "node:net";
import type { SecureContextOptions, TLSSocket, Server as TlsServer } from "node:tls";
import { addressText } from "../../model/endpoint.ts";
import { publish } from "../../model/events.ts";
import type { ProtocolServer } from "../../model/protocol-server.ts";
import { RpcError } from "../../model/rpc-error.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import { createListener } from "../listener.ts";
import type { MachineHost } from "./connection-streams.ts";
import { defaultLimits, type Http2Limits } from "./limits.ts";
import { sniff, toHttp1 } from "./port.ts";
import { ServerMachine } from "./server-machine.ts";
import type { HttpRequestHandler, HttpSessionStatus } from "./session.ts";
import { SocketPump } from "./socket-pump.ts";
import { Ticker } from "./ticker.ts";

export interface HttpServerOptions {
  readonly handler: HttpRequestHandler;
  /** Key and certificate, as `node:tls` wants them; absent: clear text. HTTP/2 is chosen by ALPN. */
  readonly tls?: SecureContextOptions;
  /**
   * Takes the connections that speak HTTP/1: `(socket) => http.emit("connection", socket)`. Absent: they get an answer
   * that says what the port speaks.
   */
  readonly onHttp1?: (socket: Socket) => void;
  /** Default: the clock of this process. */
  readonly clock?: Clock;
  readonly limits?: Partial<Http2Limits>;
}

export interface HttpServer extends ProtocolServer {
  /** The connections of HTTP/2. */
  inspect(): readonly HttpSessionStatus[];
}

/**
 * The server's end: many connections on one port. HTTP/2 and HTTP/1 are told apart by the first bytes, and by ALPN over
 * TLS. The announcement of `drain` is the first of the two GOAWAYs of RFC 9113, 6.8.
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const clock = options.clock ?? systemClock;
  const limits = { ...defaultLimits, ...options.limits };
  const ticker = new Ticker(clock);
  const sessions = new Set<ServerSession>();

  const onHttp2 = (socket: Socket, first?: Buffer) => {
    const session = new ServerSession(socket, options.handler, limits, ticker, () => sessions.delete(session));
    sessions.add(session);
    session.start(first);
  };
  const onSocket = (socket: Socket) =>
    sniff(socket, { ticker, timeoutMs: limits.answerTimeoutMs, onHttp2, onHttp1: options.onHttp1 });
  const onTlsSocket = (socket: TLSSocket) => {
    if (socket.alpnProtocol === "h2") onHttp2(socket);
    else if (socket.alpnProtocol === "http/1.1") toHttp1(socket, options.onHttp1);
    else onSocket(socket);
  };
  /** Set if and only if it listens with TLS. */
  let tlsServer: TlsServer | undefined;
  const listener = createListener((socket) => {
    if (tlsServer) tlsServer.emit("connection", socket);
    else onSocket(socket);
  });

  return {
    async listen(port, host) {
      if (options.tls) tlsServer = await createTls(options.tls, limits.answerTimeoutMs, onTlsSocket);
      return listener.listen(port, host);
    },
    async drain(lastCallsMs) {
      const ended = listener.close();
      for (const session of sessions) session.machine.announce(lastCallsMs);
      if (sessions.size > 0) {
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, lastCallsMs).unref())]);
      }
      for (const session of sessions) session.machine.end();
      await ended;
    },
    destroy() {
      for (const session of [...sessions]) session.destroy();
      listener.destroy();
    },
    inspect: () => [...sessions].map(({ machine }) => machine.inspect()),
    get activeCalls() {
      let active = 0;
      for (const { machine } of sessions) active += machine.activeStreams;
      return active;
    },
    get connections() {
      return listener.connections;
    },
  };
}

/** `node:tls` is loaded by those who use it. */
async function createTls(
  options: SecureContextOptions,
  handshakeTimeout: number,
  onSocket: (socket: TLSSocket) => void,
): Promise<TlsServer> {
  const { createServer } = await import("node:tls");
  const server = createServer({ ...options, handshakeTimeout, ALPNProtocols: ["h2", "http/1.1"] });
  server.on("secureConnection", (socket) => {
    socket.on("error", () => {}); // whoever owns the connection hears of it as well
    onSocket(socket);
  });
  server.on("tlsClientError", () => {}); // a handshake that failed ends its own connection, nothing else
  return server;
}

class ServerSession implements MachineHost {
  readonly machine: ServerMachine;
  readonly #pump: SocketPump;
  readonly #peer: string;
  readonly #onClosed: () => void;

  constructor(socket: Socket, handler: HttpRequestHandler, limits: Http2Limits, ticker: Ticker, onClosed: () => void) {
    this.#peer = addressText(socket.remoteAddress ?? "", socket.remotePort ?? 0);
    this.#onClosed = onClosed;
    this.machine = new ServerMachine({ host: this, limits, peer: this.#peer, nowMs: ticker.now(), handler });
    this.#pump = new SocketPump(socket, this.machine, ticker);
  }

  start(first: Buffer | undefined): void {
    this.#pump.start(first);
  }

  onOutput(): void {
    this.#pump?.schedule();
  }

  onDraining(): void {}

  onPong(): void {}

  onEnd(error: RpcError | undefined): void {
    publish("kubbo:http2:closed", () => ({ side: "server", peer: this.#peer, ...(error && { error: error.message }) }));
    this.#onClosed();
  }

  destroy(): void {
    this.machine.destroy(new RpcError("CANCELLED", "closed", "the server was destroyed"));
    this.#pump.destroy();
  }
}
