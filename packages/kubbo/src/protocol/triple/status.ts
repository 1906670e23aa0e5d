import { type Code, codeFromNumber, codeNumbers } from "../../model/code.ts";
import type { Reason } from "../../model/reason.ts";
import { RpcError } from "../../model/rpc-error.ts";
import type { HeaderList } from "../../transport/http2/session.ts";
import { headerValue } from "../../wire/hpack/header-list.ts";

/** Source: gRPC, "HTTP to gRPC Status Code Mapping" (grpc/doc/http-grpc-status-mapping.md). */
const codesOfHttp: Readonly<Record<string, Code>> = {
  "400": "INTERNAL",
  "401": "UNAUTHENTICATED",
  "403": "PERMISSION_DENIED",
  "404": "UNIMPLEMENTED",
  "429": "UNAVAILABLE",
  "431": "INTERNAL",
  "502": "UNAVAILABLE",
  "503": "UNAVAILABLE",
  "504": "UNAVAILABLE",
};

/**
 * The error of a finished call; undefined if its status is OK.
 *
 * @param head the head of the response, which is also the trailers of a response without a body
 * @param trailers the last header list
 * @param where the peer, for the message
 */
export function errorFromTrailers(head: HeaderList, trailers: HeaderList, where: string): RpcError | undefined {
  const http = headerValue(head, ":status") ?? "";
  const status = headerValue(trailers, "grpc-status");
  if (status === undefined) {
    const contentType = headerValue(head, "content-type");
    const code = http === "200" ? "UNKNOWN" : (codesOfHttp[http] ?? "UNKNOWN");
    return new RpcError(
      code,
      "not-a-peer",
      `${where} answered without a grpc-status: HTTP ${http}, content-type ${contentType ?? "(none)"}. ` +
        "Is this a Triple or gRPC port?",
      { facts: { address: where, httpStatus: http } },
    );
  }
  const number = /^\d{1,3}$/.test(status) ? Number(status) : codeNumbers.UNKNOWN;
  const code = codeFromNumber(number);
  if (code === "OK") return undefined;
  const message = decodeStatusMessage(headerValue(trailers, "grpc-message") ?? "");
  // Dubbo Java and this library answer "not found" with HTTP 404; nothing has been processed then.
  const notFound = code === "UNIMPLEMENTED" && http === "404";
  const reason = headerValue(trailers, reasonHeader);
  const said = isServerReason(reason) ? reason : (reasonOfCode[code] ?? "status");
  return new RpcError(code, notFound && said === "status" ? "no-service" : said, message || code, {
    facts: { address: where },
    unprocessed: notFound || (isServerReason(reason) && serverReasons[reason].unprocessed),
  });
}

/** Codes that leave no doubt. */
const reasonOfCode: Readonly<Partial<Record<Code, Reason>>> = { DEADLINE_EXCEEDED: "deadline", CANCELLED: "cancelled" };

/** What a server of this library says beyond the status, so that a client of this library need not guess. */
const reasonHeader = "kubbo-reason";

const serverReasons = {
  "no-service": { unprocessed: true },
  "no-method": { unprocessed: true },
  drain: { unprocessed: true },
  overload: { unprocessed: true },
  limit: { unprocessed: false },
  "bad-message": { unprocessed: false },
  exception: { unprocessed: false },
} as const;

function isServerReason(reason: string | undefined): reason is keyof typeof serverReasons {
  return reason !== undefined && Object.hasOwn(serverReasons, reason);
}

/** The trailers of an error. */
export function trailersFromError(error: RpcError): string[] {
  const trailers = ["grpc-status", String(codeNumbers[error.code])];
  if (error.message) trailers.push("grpc-message", encodeStatusMessage(error.message));
  if (isServerReason(error.reason)) trailers.push(reasonHeader, error.reason);
  return trailers;
}

/** Longest text of a status that is sent, in characters: it travels in a header. */
const maxMessageLength = 2048;

/**
 * Percent-encodes what a header may not hold.
 *
 * Source: gRPC over HTTP/2, "Percent-Encoded". A space stays a space, since Dubbo Java decodes `+` as one.
 */
export function encodeStatusMessage(text: string): string {
  const cut = text.length > maxMessageLength ? `${text.slice(0, maxMessageLength)}…` : text;
  return cut.toWellFormed().replace(/%|[^\x20-\x7e]+/g, (part) => encodeURIComponent(part));
}

/** The reverse; text that is not percent-encoded properly (Dubbo Java sends raw Latin-1) passes as it is. */
export function decodeStatusMessage(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
