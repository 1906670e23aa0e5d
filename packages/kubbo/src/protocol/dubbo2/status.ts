import type { Code } from "../../model/code.ts";
import type { Reason } from "../../model/reason.ts";
import { RpcError } from "../../model/rpc-error.ts";

/** Source: org.apache.dubbo.remoting.exchange.Response, 3.3. */
export const status = {
  ok: 20,
  serializationError: 25,
  clientTimeout: 30,
  serverTimeout: 31,
  channelInactive: 35,
  badRequest: 40,
  badResponse: 50,
  serviceNotFound: 60,
  serviceError: 70,
  serverError: 80,
  clientError: 90,
  threadpoolExhausted: 100,
} as const;

interface Meaning {
  readonly code: Code;
  readonly reason: Reason;
  readonly unprocessed?: true;
}

const meanings: Readonly<Record<number, Meaning>> = {
  [status.serializationError]: { code: "INTERNAL", reason: "status" },
  [status.clientTimeout]: { code: "DEADLINE_EXCEEDED", reason: "deadline" },
  [status.serverTimeout]: { code: "DEADLINE_EXCEEDED", reason: "deadline" },
  [status.channelInactive]: { code: "UNAVAILABLE", reason: "connection-lost" },
  // Java says this for "no such service", "no such method" and "cannot decode" alike; the method has not run.
  [status.badRequest]: { code: "INVALID_ARGUMENT", reason: "bad-request", unprocessed: true },
  [status.badResponse]: { code: "INTERNAL", reason: "status" },
  [status.serviceNotFound]: { code: "UNIMPLEMENTED", reason: "no-service", unprocessed: true },
  [status.serviceError]: { code: "UNKNOWN", reason: "status" },
  [status.serverError]: { code: "UNKNOWN", reason: "status" },
  [status.clientError]: { code: "INTERNAL", reason: "status" },
  [status.threadpoolExhausted]: { code: "RESOURCE_EXHAUSTED", reason: "overload", unprocessed: true },
};

const unknownMeaning: Meaning = { code: "UNKNOWN", reason: "status" };

/** What Java 3.3 says when the group is wrong: the one text that is looked at, since nothing else tells. */
const notExported = /Not found exported service/;

/** The error of a response that is not OK. @param text its body */
export function errorFromStatus(code: number, text: string, where: string): RpcError {
  const wrongGroup = code === status.serviceError && notExported.test(text);
  const meaning = wrongGroup ? meanings[status.serviceNotFound] : meanings[code];
  const { code: rpcCode, reason, unprocessed = false } = meaning ?? unknownMeaning;
  // Java sends its whole stack trace: the first line says what, the rest is kept as a fact.
  const [line = ""] = text.split("\n", 1);
  return new RpcError(rpcCode, reason, `${where} answered with status ${code}: ${line || "(no text)"}`, {
    facts: { address: where, status: code, ...(line.length < text.length && { text }) },
    unprocessed,
  });
}

/** The status that says to a Dubbo consumer what went wrong before or after the method ran. */
export function statusFromError(error: RpcError): number {
  switch (error.reason) {
    case "no-service":
    case "no-method":
      return status.serviceNotFound;
    case "bad-message":
    case "bad-argument":
    case "unsupported":
      return status.badRequest;
    case "deadline":
      return status.serverTimeout;
    case "overload":
    case "drain":
      return status.threadpoolExhausted;
    default:
      return status.serverError;
  }
}
