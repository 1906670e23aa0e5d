import type { Endpoint } from "./endpoint.ts";
import type { RpcError } from "./rpc-error.ts";
import type { Target } from "./target.ts";

/**
 * How far a snapshot can be trusted.
 *
 * - `syncing`: nothing is known yet; the endpoints are empty and that means nothing.
 * - `synced`: the source says so now. Empty is really empty.
 * - `stale`: the source cannot be reached (or refuses) after it was; the last known set is kept.
 * - `forbidden`: the source refuses and nothing was ever known; `error` says which right is missing.
 * - `unmapped`: the label that named the Service is gone while its endpoints live; they are kept for a grace period.
 * - `gone`: the source says that there is nothing to be found under this target. Not the same as synced and empty.
 */
export type SnapshotState = "syncing" | "synced" | "stale" | "forbidden" | "unmapped" | "gone";

/** How many endpoints each step left over: tells at which one they were lost. */
export interface Funnel {
  /** Slices that were read. */
  readonly slices: number;
  /** Endpoints in those slices. */
  readonly seen: number;
  /** Of these, endpoints whose slice has the wanted port. */
  readonly port: number;
  /** Of these, endpoints with an address that may be dialled and of the chosen family. */
  readonly address: number;
  /** Of these, ready ones. */
  readonly ready: number;
}

/**
 * The complete set of endpoints of a target at one moment. Frozen; a change makes a new one, never a delta.
 */
export interface Snapshot {
  readonly target: Target;
  readonly state: SnapshotState;
  /** All slices merged, one entry per pod and port, sorted by key. */
  readonly endpoints: readonly Endpoint[];
  /** Who said so: `kubernetes`, `static`, … */
  readonly source: string;
  /** When the source last confirmed this set, on the scale of `Date.now()`; undefined while syncing. */
  readonly syncedAt: number | undefined;
  readonly funnel: Funnel;
  /** What was wrong, in words, where something was: a refused port, an ignored Service, an ambiguous choice. */
  readonly notes: readonly string[];
  /** Why the state is not `synced`, where there is a cause. */
  readonly error?: RpcError;
}

export const emptyFunnel: Funnel = Object.freeze({ slices: 0, seen: 0, port: 0, address: 0, ready: 0 });
