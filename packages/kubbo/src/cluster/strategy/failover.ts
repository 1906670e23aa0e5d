import type { Method } from "../../model/contract.ts";
import type { RpcError } from "../../model/rpc-error.ts";

export interface FailoverOptions {
  /** Further attempts for a method that is idempotent. Default 2, Dubbo's `retries`. */
  readonly retries: number;
}

/**
 * Dubbo's default strategy: whether a failed attempt is followed by another one.
 *
 * Any method gets one more attempt when it is proven that the first was not processed. Only an idempotent one gets
 * another when that is not known, and only if the endpoint was unavailable: a passed deadline has used up the time, and
 * an answer is an answer. (Dubbo Java retries both for any method.)
 *
 * @param attempt the number of the attempt that failed, from 1
 */
export function failover(
  error: RpcError,
  method: Method,
  attempt: number,
  { retries }: FailoverOptions,
): "retry" | "give-up" {
  if (method.idempotent)
    return error.unprocessed || error.code === "UNAVAILABLE" ? again(attempt <= retries) : "give-up";
  return again(error.unprocessed && attempt === 1);
}

function again(yes: boolean): "retry" | "give-up" {
  return yes ? "retry" : "give-up";
}
