import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { addressText } from "../model/endpoint.ts";
import { RpcError } from "../model/rpc-error.ts";
import type { Address } from "../model/session.ts";

/** How to prove who is there; absent: clear text. */
export interface TlsOptions {
  /** PEM certificates that may sign the peer's; undefined: Node's own list. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name that the peer's certificate must carry; also sent as SNI unless it is an address. */
  readonly serverName?: string;
  /** False accepts any certificate. Default true. */
  readonly verify?: boolean;
  readonly alpn?: readonly string[];
}

export interface DialOptions {
  readonly tls?: TlsOptions;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
}

/**
 * Opens a socket; resolves when it is connected (and, with TLS, secured). Small writes go out at once (no Nagle).
 *
 * Errors: UNAVAILABLE `connect-failed` with the socket's cause, unprocessed.
 */
export function dial(to: Address & { readonly host?: string }, { tls, signal }: DialOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const host = to.host ?? to.address;
    const where = addressText(host, to.port);
    const socket: Socket = tls ? dialTls(host, to.port, tls) : connectTcp({ host, port: to.port });
    socket.setNoDelay(true);
    const onAbort = () => fail(signal.reason);
    const onClose = () => fail(new Error("closed before it was connected"));
    const stopListening = () => {
      signal.removeEventListener("abort", onAbort);
      socket.off("error", fail).off("close", onClose).off(connected, done);
    };
    function fail(cause: unknown): void {
      stopListening();
      // Whatever the socket still says belongs to an attempt that nobody waits for.
      socket.on("error", () => {});
      socket.destroy();
      reject(connectFailed(where, cause));
    }
    function done(): void {
      stopListening();
      resolve(socket);
    }
    const connected = tls ? "secureConnect" : "connect";
    if (signal.aborted) {
      fail(signal.reason);
      return;
    }
    signal.addEventListener("abort", onAbort);
    socket.once("error", fail).once("close", onClose).once(connected, done);
  });
}

function dialTls(host: string, port: number, tls: TlsOptions): TLSSocket {
  return connectTls({
    host,
    port,
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.cert !== undefined && { cert: tls.cert }),
    ...(tls.key !== undefined && { key: tls.key }),
    ...(tls.serverName !== undefined && { servername: tls.serverName }),
    ...(tls.alpn && { ALPNProtocols: [...tls.alpn] }),
    rejectUnauthorized: tls.verify ?? true,
  });
}

/** The error of an attempt to connect that did not succeed. */
export function connectFailed(where: string, cause: unknown): RpcError {
  const why = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new RpcError("UNAVAILABLE", "connect-failed", `cannot connect to ${where}: ${why}`, {
    facts: { address: where, ...(hasCode(cause) && { cause: cause.code }) },
    cause,
    unprocessed: true,
  });
}

function hasCode(value: unknown): value is { readonly code: string } {
  return typeof value === "object" && value !== null && typeof (value as { code?: unknown }).code === "string";
}
