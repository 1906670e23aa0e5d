import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** Who we are towards those who connect. */
export interface ServerTlsOptions {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** PEM certificates that may sign the peers'. If set, a peer without such a certificate is refused. */
  readonly clientCa?: string;
}

export interface ListenerOptions {
  /** Absent: clear text. */
  readonly tls?: ServerTlsOptions;
}

/** A TCP port that hands out its connections; whoever gets one owns it. */
export interface Listener {
  /** @param host undefined: all addresses. Errors: what the socket says, such as EADDRINUSE. */
  listen(port: number, host: string | undefined): Promise<{ readonly host: string; readonly port: number }>;
  /** Accepts no more; resolves when every connection has ended. May be called twice. */
  close(): Promise<void>;
  /** Accepts no more and cuts every connection. May be called twice. */
  destroy(): void;
  readonly connections: number;
}

/** How long a peer may take for the handshake of TLS, in ms. */
const handshakeTimeoutMs = 10_000;

function createPort({ tls }: ListenerOptions, onSecure: (socket: Socket) => void): Server {
  if (!tls) return createServer({ noDelay: true }, onSecure);
  const { cert, key, clientCa } = tls;
  const server = createTlsServer({
    cert,
    key,
    noDelay: true,
    handshakeTimeout: handshakeTimeoutMs,
    ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
  });
  server.on("secureConnection", onSecure);
  // Clear text on the port, or no certificate: Node has closed the socket, and there is nobody to tell.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}

export function createListener(onConnection: (socket: Socket) => void, options: ListenerOptions = {}): Listener {
  /** With TLS these are the connections below it, so that one without a handshake counts and is cut as well. */
  const sockets = new Set<Socket>();
  const server = createPort(options, (socket) => {
    // Whoever owns the connection hears of it as well; without a listener the process would end.
    socket.on("error", () => {});
    onConnection(socket);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  let closed: Promise<void> | undefined;
  /** The server is closed when the last socket is destroyed, which is a moment before that socket says so. */
  const lastSocketsClosed = async () => {
    await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve))));
  };
  const close = () => {
    // A server that never listened has nothing to close, and says so as an error.
    closed ??= new Promise<void>((resolve) => server.close(() => resolve())).then(lastSocketsClosed);
    return closed;
  };
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen({ port, host }, () => {
          server.off("error", reject);
          server.on("error", () => {}); // accept() failing for want of descriptors must not end the process
          const at = server.address() as AddressInfo;
          resolve({ host: at.address, port: at.port });
        });
      }),
    close,
    destroy() {
      void close(); // never rejects
      for (const socket of sockets) socket.destroy();
    },
    get connections() {
      return sockets.size;
    },
  };
}
