import { arrayNameOf } from "../codec/hessian2/descriptor.ts";
import type { Reply, ServerCall } from "../model/call.ts";
import type { Contract, GenericMethods, Method } from "../model/contract.ts";
import type { Next } from "../model/filter.ts";
import { RpcError } from "../model/rpc-error.ts";

/** A method of the same service, and what runs it with all filters around. */
export interface Target {
  readonly method: Method;
  readonly run: Next<ServerCall>;
}

/** @param javaTypes undefined: the caller names no types, which is enough where the name is unique */
export type FindTarget = (path: string, javaTypes: readonly string[] | undefined) => Target | string;

/**
 * Dubbo's own methods of a Java contract, whatever the protocol: `$invoke` and `$invokeAsync` for callers without the
 * contract, `$echo` for those who want to know that the service is there.
 *
 * Shape: the attachment `generic` says the mode. Filters see the method that is meant, not `$invoke`.
 * Errors: of a method: as any of its errors, which the contract's codec turns into a GenericException. UNIMPLEMENTED
 * `no-method`; INVALID_ARGUMENT `bad-argument` for arguments that do not fit; UNIMPLEMENTED `unsupported` for a mode.
 * Source: org.apache.dubbo.rpc.filter.GenericFilter and EchoFilter, 3.3.
 */
export function genericTargets(contract: Contract, find: FindTarget): ReadonlyMap<string, Target> {
  const generic = contract.generic?.();
  if (!generic) return new Map();
  return new Map(
    [...generic.methods].map(([path, method]) => [
      path,
      { method, run: path === "$echo" ? echo : (call: ServerCall) => invoke(generic, find, call) },
    ]),
  );
}

/** Answers what it gets. */
async function echo({ message }: ServerCall): Promise<Reply> {
  return { headers: {}, message: (message as readonly unknown[])[0], trailers: Promise.resolve({}) };
}

async function invoke(generic: GenericMethods, find: FindTarget, call: ServerCall): Promise<Reply> {
  const [name, types, values] = call.message as readonly [string, readonly string[] | null, readonly unknown[] | null];
  const { generic: given, ...attachments } = call.attachments;
  const mode = typeof given === "string" ? given : "true";
  const found = find(name, types?.map(classNameOf));
  if (typeof found === "string") throw new RpcError("UNIMPLEMENTED", "no-method", found, { unprocessed: true });
  const { method, run } = found;
  const message = generic.arguments(method, values ?? [], mode);
  const reply = await run({ ...call, method, message, attachments });
  return { ...reply, message: generic.result(method, reply.message, mode) };
}

/** `java.lang.String[]` is taken for `[Ljava.lang.String;`, as Java does. */
export function classNameOf(type: string): string {
  const [, element = "", dimensions = ""] = /^(.*?)((?:\[\])*)$/.exec(type) ?? [];
  let name = element;
  for (let i = 0; i < dimensions.length; i += 2) name = arrayNameOf(name);
  return name;
}
