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

/** What a status byte means, in both directions. */
interface Meaning {
  /** As Java spells it. */
  readonly name: string;
  /** The error that a consumer gets. */
  readonly code: Code;
  readonly reason: Reason;
  readonly unprocessed?: true;
  /** Reasons that a provider answers with it. The rest are SERVER_ERROR. */
  readonly answers?: readonly Reason[];
}

/** The one table between Dubbo2's status bytes and `RpcError`. docs/reference/dubbo2.md is made from it. */
export const meanings: Readonly<Record<number, Meaning>> = {
  // Java: the answer could not be serialized, or is larger than `payload`. The method has run.
  25: { name: "SERIALIZATION_ERROR", code: "INTERNAL", reason: "status" },
  30: { name: "CLIENT_TIMEOUT", code: "DEADLINE_EXCEEDED", reason: "deadline" },
  31: { name: "SERVER_TIMEOUT", code: "DEADLINE_EXCEEDED", reason: "deadline", answers: ["deadline"] },
  35: { name: "CHANNEL_INACTIVE", code: "UNAVAILABLE", reason: "connection-lost", answers: ["connection-lost"] },
  // Java says this for "no such service", "no such method" and "cannot decode" alike; the method has not run.
  40: {
    name: "BAD_REQUEST",
    code: "INVALID_ARGUMENT",
    reason: "bad-request",
    unprocessed: true,
    answers: ["bad-message", "bad-argument", "bad-interface", "bad-service-key", "unsupported", "limit"],
  },
  50: { name: "BAD_RESPONSE", code: "INTERNAL", reason: "status" },
  60: {
    name: "SERVICE_NOT_FOUND",
    code: "UNIMPLEMENTED",
    reason: "no-service",
    unprocessed: true,
    answers: ["no-service", "no-method"],
  },
  70: { name: "SERVICE_ERROR", code: "UNKNOWN", reason: "status" },
  80: { name: "SERVER_ERROR", code: "UNKNOWN", reason: "status" },
  90: { name: "CLIENT_ERROR", code: "INTERNAL", reason: "status" },
  100: {
    name: "SERVER_THREADPOOL_EXHAUSTED_ERROR",
    code: "RESOURCE_EXHAUSTED",
    reason: "overload",
    unprocessed: true,
    answers: ["overload", "drain"],
  },
};

const unknownMeaning: Meaning = { name: "unknown status", code: "UNKNOWN", reason: "status" };

const answers = new Map(
  Object.entries(meanings).flatMap(([code, meaning]) => meaning.answers?.map((reason) => [reason, Number(code)]) ?? []),
) as ReadonlyMap<Reason, number>;

/** What Java 3.3 says when the group is wrong: the one text that is looked at, since nothing else tells. */
const notExported = /Not found exported service/;

/** The error of a response that is not OK. @param text its body */
export function errorFromStatus(code: number, text: string, where: string): RpcError {
  const wrongGroup = code === status.serviceError && notExported.test(text);
  const meaning = meanings[wrongGroup ? status.serviceNotFound : code] ?? unknownMeaning;
  // Java sends its whole stack trace: the first line says what, the rest is kept as a fact.
  const [line = ""] = text.split("\n", 1);
  const name = meanings[code]?.name ?? unknownMeaning.name;
  return new RpcError(
    meaning.code,
    meaning.reason,
    `${where} answered with status ${code} (${name}): ${line || "(no text)"}`,
    {
      facts: { address: where, status: code, ...(line.length < text.length && { text }) },
      unprocessed: meaning.unprocessed ?? false,
    },
  );
}

/** The status that says to a Dubbo consumer what went wrong before or after the method ran. */
export function statusFromError(error: RpcError): number {
  return answers.get(error.reason) ?? status.serverError;
}
