import { RpcError } from "../../model/rpc-error.ts";
import { http2ErrorName } from "./reset-error.ts";

/**
 * The peer broke the protocol so that the connection cannot go on: GOAWAY with this code, then the end.
 *
 * Source: RFC 9113, 5.4.1.
 */
export class ConnectionFault extends RpcError {
  readonly http2Code: number;

  constructor(http2Code: number, message: string, options: { readonly cause?: unknown } = {}) {
    super("UNAVAILABLE", "connection-lost", `HTTP/2 ${http2ErrorName(http2Code)}: ${message}`, {
      facts: { http2Code },
      ...options,
    });
    this.http2Code = http2Code;
  }
}
