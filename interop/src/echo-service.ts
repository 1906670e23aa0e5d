import { type Code, type ProviderOf, RpcError } from "kubbo";
import type { EchoService } from "../gen/dev/kubbo/interop/v1/echo_pb.ts";
import { host } from "./order-service.ts";

/** The names of gRPC's status codes by number, for the one method that is told a number. */
const codes: readonly (Code | "OK")[] = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** The twin of interop/java/src/main/java/dev/kubbo/interop/EchoServiceReference.java; unary methods. */
export const echoService: ProviderOf<typeof EchoService> = {
  echo(request, { attachments }) {
    const texts = Object.entries(attachments).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    );
    return { request, host, attachments: Object.fromEntries(texts) };
  },
  async sleep({ delayMs }) {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    return { sleptMs: delayMs, host };
  },
  fail({ code, message }) {
    const name = codes[code] ?? "UNKNOWN";
    if (name === "OK") throw new Error(message);
    throw new RpcError(name, "status", message);
  },
};
