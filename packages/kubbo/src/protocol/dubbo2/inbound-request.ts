import { isHessian2Codec } from "../../codec/hessian2/codec.ts";
import type { Hessian2Limits } from "../../codec/hessian2/limits.ts";
import { Hessian2Reader } from "../../codec/hessian2/reader.ts";
import type { ServerCall } from "../../model/call.ts";
import type { Dispatcher, FoundMethod } from "../../model/handler.ts";
import { InboundContext } from "../../model/inbound.ts";
import { RpcError } from "../../model/rpc-error.ts";
import { createServiceKey } from "../../model/service-key.ts";
import { readAttachments } from "./attachments.ts";
import { readRequestHead, remainingMs, serviceParts } from "./request.ts";

/** A request that was understood and whose method is there. */
export interface InboundRequest {
  readonly found: FoundMethod;
  readonly call: ServerCall;
  readonly context: InboundContext;
  /** Whether the caller takes attachments with the answer. */
  readonly attachmentsUnderstood: boolean;
}

export interface InboundParts {
  readonly dispatcher: Dispatcher;
  readonly limits: Required<Hessian2Limits>;
  /** The caller's address. */
  readonly peer: string;
  readonly nowMs: number;
}

/**
 * Reads the body of a request and finds its method.
 *
 * Errors: INTERNAL `bad-message`, RESOURCE_EXHAUSTED `limit`, UNIMPLEMENTED `no-service`, `no-method`, INVALID_ARGUMENT
 * `bad-interface`, `bad-service-key`. The method has not run after any of them.
 */
export function readInboundRequest(
  body: Uint8Array,
  { dispatcher, limits, peer, nowMs }: InboundParts,
): InboundRequest {
  const reader = new Hessian2Reader(body, limits);
  const head = readRequestHead(reader);
  // The group stands behind the arguments, which need their types to be read: those are the same in every group.
  const sample = dispatcher.sample(head.path, head.method, head.javaTypes);
  if (!sample || !isHessian2Codec(sample.request)) {
    const lookup = dispatcher.find(createServiceKey(head.path, { version: head.version }), head.method, head.javaTypes);
    if (lookup.t !== "found") throw new RpcError("UNIMPLEMENTED", lookup.t, lookup.why);
    throw new RpcError("UNIMPLEMENTED", "no-method", `${head.method} is not a Java method`);
  }
  const message = sample.request.read(reader);
  const attachments = readAttachments(reader, head.method);
  const parts = serviceParts(head, attachments);
  const found = dispatcher.find(createServiceKey(parts.path, parts), head.method, head.javaTypes);
  if (found.t !== "found") throw new RpcError("UNIMPLEMENTED", found.t, found.why);
  const leftMs = remainingMs(attachments);
  const deadline = leftMs === undefined ? undefined : nowMs + leftMs;
  const application = attachments.own.get("remote.application");
  const context = new InboundContext(deadline, attachments.user, {
    address: peer,
    ...(application !== undefined && { application }),
  });
  const { service, method } = found;
  const call: ServerCall = {
    service,
    method,
    kind: "unary",
    message,
    attachments: attachments.user,
    deadline,
    context,
  };
  return { found, call, context, attachmentsUnderstood: head.attachmentsUnderstood };
}
