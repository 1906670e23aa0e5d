import type { ConsumerOf } from "../codec/protobuf/any-contract.ts";
import { type Attachments, noAttachments } from "../model/attachments.ts";
import type { Call, Reply } from "../model/call.ts";
import type { CallOptions } from "../model/call-options.ts";
import { currentCall } from "../model/context.ts";
import type { Contract, Method } from "../model/contract.ts";
import type { Next } from "../model/filter.ts";
import { RpcError } from "../model/rpc-error.ts";
import type { ServiceKey } from "../model/service-key.ts";
import type { Clock } from "../util/clock.ts";
import { linkSignals } from "../util/link-signals.ts";

/**
 * What a program calls: an object with one own property per method of the contract. Not a Proxy, never thenable.
 *
 * `with(…)` gives a view of the same reference with other options. Where the contract has a method `with`, that is what
 * the property is, and `withCall(reference, options)` gives the view.
 */
export type Reference<C> = ConsumerOf<C> &
  (ConsumerOf<C> extends { readonly with: unknown } ? unknown : { with(options: CallOptions): Reference<C> });

/** What a reference stands on. */
export interface ReferenceParts {
  readonly service: ServiceKey;
  readonly contract: Contract;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Runs a call through all filters. */
  readonly run: (waitForReady: boolean | undefined) => Next<Call>;
  readonly waitForReady: boolean | undefined;
}

/** Hidden from everybody who lists properties: the parts behind a reference, for `withCall`. */
const parts = new WeakMap<object, { readonly parts: ReferenceParts; readonly options: CallOptions }>();

/** Makes a reference, or a view of one. */
export function createReference(reference: ReferenceParts, options: CallOptions = {}): object {
  const object: Record<string, unknown> = {};
  const run = reference.run(options.waitForReady ?? reference.waitForReady);
  for (const method of reference.contract.methods.values()) {
    // A method `then` would make the reference a thenable, and `await` would call it.
    if (method.name !== "then") object[method.name] = methodFunction(reference, options, run, method);
  }
  object["with"] ??= (more: CallOptions) => createReference(reference, merged(options, more));
  parts.set(object, { parts: reference, options });
  return object;
}

/**
 * A view of a reference with other options: `reference.with(options)` for contracts that have a method of that name.
 *
 * Errors: INVALID_ARGUMENT `bad-argument` if the first argument is not a reference.
 */
export function withCall<R extends object>(reference: R, options: CallOptions): R {
  const found = parts.get(reference);
  if (!found) throw new RpcError("INVALID_ARGUMENT", "bad-argument", "withCall: the first argument is not a reference");
  return createReference(found.parts, merged(found.options, options)) as R;
}

function merged(before: CallOptions, more: CallOptions): CallOptions {
  const attachments = mergedAttachments(before.attachments, more.attachments);
  return { ...before, ...more, ...(attachments && { attachments }) };
}

function mergedAttachments(before: Attachments | undefined, more: Attachments | undefined): Attachments | undefined {
  return before && more ? { ...before, ...more } : (more ?? before);
}

function methodFunction(
  reference: ReferenceParts,
  options: CallOptions,
  run: Next<Call>,
  method: Method,
): (...args: unknown[]) => Promise<unknown> {
  // A Java method takes its own parameters only; they come to the codec as one message, the array of arguments.
  if (method.javaTypes) return (...args) => start(reference, options, run, method, args);
  return (message, more) => {
    if (more === undefined) return start(reference, options, run, method, message);
    const all = merged(options, more as CallOptions);
    return start(reference, all, reference.run(all.waitForReady ?? reference.waitForReady), method, message);
  };
}

async function start(
  { service, timeoutMs, clock }: ReferenceParts,
  options: CallOptions,
  run: Next<Call>,
  method: Method,
  message: unknown,
): Promise<unknown> {
  const context = options.detached ? undefined : currentCall();
  const own = clock.now() + (options.timeoutMs ?? timeoutMs);
  const deadline = context?.deadline === undefined ? own : Math.min(own, context.deadline);
  // The inbound signal is made by asking for it; without a signal of one's own it is passed on as it is.
  const link = linkSignals(options.signal, context?.signal);
  try {
    const reply = await run({
      service,
      method,
      kind: method.kind,
      message,
      attachments: options.attachments ?? noAttachments,
      deadline,
      signal: link.signal,
      context,
    });
    if (options.onResponse) await tellResponse(reply, options.onResponse);
    return reply.message;
  } catch (error) {
    throw RpcError.from(error);
  } finally {
    link.release();
  }
}

async function tellResponse(reply: Reply, onResponse: NonNullable<CallOptions["onResponse"]>): Promise<void> {
  onResponse({ headers: reply.headers, trailers: await reply.trailers });
}
