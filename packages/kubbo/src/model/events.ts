import { type Channel, channel } from "node:diagnostics_channel";
import type { ProtocolName } from "./protocol-name.ts";
import type { SnapshotState } from "./snapshot.ts";

/**
 * Everything noteworthy that happens, as `diagnostics_channel`s; the library prints nothing by itself.
 *
 * Payloads carry names, counts and times: no arguments, tokens or attachment values. docs/reference/events.md is made
 * from this table.
 */
export interface Events {
  /** A server's probes change their answer. */
  "kubbo:server:state": { readonly state: ServerState };
  /** The drain goes on to its next step. */
  "kubbo:server:drain": {
    readonly step: "not-ready" | "announced" | "finished" | "cut-off";
    readonly activeCalls: number;
  };
  /** The process did not end by itself after the drain; `kept` names what kept it. */
  "kubbo:server:kept-alive": { readonly kept: readonly string[] };
  /** A variable begins with KUBBO_ and is not known. */
  "kubbo:environment:unknown": { readonly name: string; readonly nearest: string };
  /** A new set of endpoints of a target. */
  "kubbo:snapshot:changed": {
    readonly target: string;
    readonly state: SnapshotState;
    readonly endpoints: number;
    readonly ready: number;
    readonly notes: readonly string[];
  };
  /** The connection to an endpoint changes its state. */
  "kubbo:connection:state": {
    readonly endpoint: string;
    readonly protocol: ProtocolName;
    readonly state: string;
    readonly error?: string;
  };
  /** An HTTP/2 connection has ended; without `error` in order. */
  "kubbo:http2:closed": { readonly side: "client" | "server"; readonly peer: string; readonly error?: string };
  /** A list or watch at the API server ended or failed, and what is done about it. */
  "kubbo:reflector:trouble": {
    readonly selector: string;
    readonly namespace: string;
    readonly what: string;
    readonly next: "list" | "watch";
    readonly delayMs: number;
  };
  /** An attempt was proven unprocessed and another one is made. */
  "kubbo:call:retried": { readonly service: string; readonly method: string; readonly reason: string };
}

export type ServerState = "starting" | "ready" | "draining" | "closed";

const channels = new Map<string, Channel>();

/**
 * Tells subscribers. `payload` is only built if there are any: a function, since most of the time there are none.
 */
export function publish<K extends keyof Events>(name: K, payload: () => Events[K]): void {
  let found = channels.get(name);
  if (!found) {
    found = channel(name);
    channels.set(name, found);
  }
  if (found.hasSubscribers) found.publish(payload());
}
