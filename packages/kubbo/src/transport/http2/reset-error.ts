import type { Code } from "../../model/code.ts";
import { RpcError } from "../../model/rpc-error.ts";

/** Source: RFC 9113, 7. The index is the code. */
const names = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
];

/** Source: gRPC over HTTP/2, "HTTP2 Transport Mapping" (grpc/doc/PROTOCOL-HTTP2.md). All others are INTERNAL. */
const codes: Readonly<Record<string, Code>> = {
  REFUSED_STREAM: "UNAVAILABLE",
  CANCEL: "CANCELLED",
  ENHANCE_YOUR_CALM: "RESOURCE_EXHAUSTED",
  INADEQUATE_SECURITY: "PERMISSION_DENIED",
};

/** The name of an error code, for messages. */
export function http2ErrorName(code: number): string {
  return names[code] ?? `code ${code}`;
}

/** The error of a stream that the peer reset. Only REFUSED_STREAM proves that it was not processed (RFC 9113, 8.7). */
export function errorFromReset(code: number, peer: string): RpcError {
  const name = names[code] ?? "an unknown code";
  const refused = name === "REFUSED_STREAM";
  return new RpcError(
    codes[name] ?? "INTERNAL",
    refused ? "connection-draining" : "connection-lost",
    `${peer} reset the stream (HTTP/2 ${name}, ${code})`,
    { facts: { peer, http2Code: code }, unprocessed: refused },
  );
}
