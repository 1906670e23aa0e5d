/** The server side of a protocol on one port. */
export interface ProtocolServer {
  /** @param host undefined: all addresses. Errors: what the socket says, such as EADDRINUSE. */
  listen(port: number, host: string | undefined): Promise<{ readonly host: string; readonly port: number }>;
  /**
   * Tells every connection that it will go, stops accepting connections, and closes each connection when its last call
   * has ended; resolves when all are closed. Calls that the peer sent before it knew are still served, for
   * `lastCallsMs` after the announcement.
   */
  drain(lastCallsMs: number): Promise<void>;
  /** Ends everything now. May be called twice. */
  destroy(): void;
  readonly activeCalls: number;
  readonly connections: number;
}
