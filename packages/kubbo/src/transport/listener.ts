import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

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

export function createListener(onConnection: (socket: Socket) => void): Listener {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // Whoever owns the connection hears of it as well; without a listener the process would end.
    socket.on("error", () => {});
    onConnection(socket);
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
