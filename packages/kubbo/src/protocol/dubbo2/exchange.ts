import { type Attachments, noAttachments } from "../../model/attachments.ts";
import { RpcError } from "../../model/rpc-error.ts";
import type { InboundRequest } from "./inbound-request.ts";
import type { Outcome } from "./response.ts";

/** How a call ended: with what its method gave, or without that it was worth a result. */
export type Answer =
  | { readonly t: "outcome"; readonly outcome: Outcome; readonly attachments: Attachments }
  | { readonly t: "refused"; readonly error: RpcError };

/**
 * Whether an error is a status and not a result: the handler has not begun. What a handler threw is a result, in Java's
 * way.
 */
function isRefusal(error: RpcError): boolean {
  return error.unprocessed || error.reason === "overload" || error.reason === "drain";
}

/** One running call of a server: ends exactly once, by its method, its deadline or the end of the connection. */
export class Exchange {
  readonly deadline: number | undefined;
  readonly #request: InboundRequest;
  #done: ((answer: Answer) => void) | undefined;

  constructor(request: InboundRequest, done: (answer: Answer) => void) {
    this.#request = request;
    this.deadline = request.call.deadline;
    this.#done = done;
  }

  run(): void {
    const { found, call } = this.#request;
    found
      .run(call)
      .then(async (reply) => {
        const attachments = await reply.trailers;
        this.#finish({ t: "outcome", outcome: { t: "value", value: reply.message }, attachments });
      })
      .catch((error: unknown) => {
        const why = RpcError.from(error);
        if (isRefusal(why)) this.#finish({ t: "refused", error: why });
        else
          this.#finish({ t: "outcome", outcome: { t: "exception", error: thrownBy(why) }, attachments: noAttachments });
      });
  }

  expire(): void {
    const error = new RpcError("DEADLINE_EXCEEDED", "deadline", "the caller's deadline passed");
    this.#request.context.abort(error);
    this.#finish({ t: "refused", error });
  }

  /** Nobody waits any more. */
  abandon(reason: RpcError): void {
    this.#done = undefined;
    this.#request.context.abort(reason);
  }

  #finish(answer: Answer): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(answer);
  }
}

/** The error as the handler threw it: one that the registry wrapped is unwrapped, so that Java gets its own stack. */
function thrownBy(error: RpcError): Error {
  return error.reason === "exception" && error.cause instanceof Error ? error.cause : error;
}
