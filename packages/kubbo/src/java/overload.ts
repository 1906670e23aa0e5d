import { describe } from "../codec/hessian2/describe.ts";
import { RpcError } from "../model/rpc-error.ts";
import type { AnyJavaMethod } from "./method.ts";

/**
 * Tells which of several methods of one name a call means, by the declared types of their parameters.
 *
 * Errors: INVALID_ARGUMENT `bad-argument` if none fits, or more than one; the message has the names by which they are
 * called without doubt.
 */
export function chooseOverload<T extends { readonly name: string; readonly declared: AnyJavaMethod }>(
  name: string,
  methods: readonly T[],
  args: readonly unknown[],
): T {
  const fitting = methods.filter(
    ({ declared: { params } }) => params.length === args.length && params.every((type, i) => type.accepts(args[i])),
  );
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const given = `${name}(${args.map(describe).join(", ")})`;
  const names = (fitting.length > 0 ? fitting : methods).map((each) => JSON.stringify(each.name)).join(", ");
  throw new RpcError(
    "INVALID_ARGUMENT",
    "bad-argument",
    only === undefined
      ? `no method of the contract fits ${given}; there are ${names}`
      : `${given} fits more than one method; call one of them by its full name: ${names}`,
    { facts: { method: name } },
  );
}
