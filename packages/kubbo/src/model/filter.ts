import type { Attempt, Call, Reply, ServerCall } from "./call.ts";
import { RpcError } from "./rpc-error.ts";

/** Hands the call on. A filter calls it at most once. */
export type Next<C> = (call: C) => Promise<Reply>;

/** Sees each call of a client once, outside of retries: `client.use(filter)`. */
export type Filter = (call: Call, next: Next<Call>) => Promise<Reply>;

/** Sees each attempt, with its endpoint: `client.useAttempt(filter)`. */
export type AttemptFilter = (attempt: Attempt, next: Next<Attempt>) => Promise<Reply>;

/** Sees each inbound call of a server: `server.use(filter)`. */
export type ServerFilter = (call: ServerCall, next: Next<ServerCall>) => Promise<Reply>;

/**
 * Puts filters around `last`; the first one is outermost. Without filters the result is `last` itself.
 *
 * Errors: INTERNAL `filter-misuse` when a filter calls `next` twice: a call is made once, retries are the strategy's.
 */
export function composeFilters<C>(
  filters: readonly ((call: C, next: Next<C>) => Promise<Reply>)[],
  last: Next<C>,
): Next<C> {
  return filters.reduceRight<Next<C>>(
    (next, filter) => (call) => {
      let used = false;
      return filter(call, (changed) => {
        if (used) {
          return Promise.reject(
            new RpcError(
              "INTERNAL",
              "filter-misuse",
              `the filter ${filter.name || "(without a name)"} called next() twice for one call. ` +
                "Make another call instead, or leave retries to the cluster strategy.",
            ),
          );
        }
        used = true;
        return next(changed);
      });
    },
    last,
  );
}
