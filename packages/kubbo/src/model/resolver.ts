import type { ProtocolName } from "./protocol-name.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Target } from "./target.ts";

export interface WatchOptions {
  /**
   * Protocols that the caller can speak, the preferred one first; decides which port is taken where the target names
   * none. Default: any, and then the port must be the only one.
   */
  readonly protocols?: readonly ProtocolName[];
  /** Ends the watch. */
  readonly signal?: AbortSignal;
}

/**
 * Turns a target into its endpoints, over time.
 *
 * `watch` yields complete snapshots, the first one without delay (`syncing` if nothing is known yet). The newest value
 * wins: a slow reader skips states, the order never changes. It never throws: whatever goes wrong is a state with an
 * `error`, and the resolver goes on trying until the reader leaves (`break`, or the signal). Two watches of equal
 * targets share one source.
 *
 * Not promised: that every intermediate state is seen; that endpoints can be reached.
 */
export interface Resolver {
  /** The kinds of targets it answers for. */
  readonly kinds: readonly Target["kind"][];
  watch(target: Target, options?: WatchOptions): AsyncIterable<Snapshot>;
  /** Stops everything, ends all watches. May be called twice. */
  close(): Promise<void>;
}
