import type { Attachments } from "./attachments.ts";
import type { CallContext, Peer } from "./context.ts";

/**
 * The context of one inbound call, made by a protocol's server.
 *
 * The AbortController is made only if somebody asks for the signal: it costs more than many a handler.
 */
export class InboundContext implements CallContext {
  readonly deadline: number | undefined;
  readonly attachments: Attachments;
  readonly peer: Peer;
  #controller: AbortController | undefined;
  #reason: { readonly is: unknown } | undefined;

  constructor(deadline: number | undefined, attachments: Attachments, peer: Peer) {
    this.deadline = deadline;
    this.attachments = attachments;
    this.peer = peer;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason.is);
    }
    return this.#controller.signal;
  }

  /** Tells the handler that nobody waits for it any more. The first reason counts. */
  abort(reason: unknown): void {
    if (this.#reason) return;
    this.#reason = { is: reason };
    this.#controller?.abort(reason);
  }
}
