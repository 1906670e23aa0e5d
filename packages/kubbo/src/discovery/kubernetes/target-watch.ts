import { publish } from "../../model/events.ts";
import type { ProtocolName } from "../../model/protocol-name.ts";
import type { RpcError } from "../../model/rpc-error.ts";
import type { Snapshot, SnapshotState } from "../../model/snapshot.ts";
import { type DeclaredTarget, type ServiceTarget, targetText } from "../../model/target.ts";
import type { Clock, Timer } from "../../util/clock.ts";
import { Latest } from "../../util/latest.ts";
import type { Random } from "../../util/random.ts";
import type { ApiClient } from "./api-client.ts";
import { declaredLabel, declaredSelector, declaredSlices } from "./declared.ts";
import { mergeSlices } from "./merge.ts";
import { Reflector } from "./reflector.ts";
import type { Slice } from "./slice.ts";
import { hasReady, serviceSelector, UnmappedServices } from "./unmapped.ts";

export interface TargetWatchParts {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Where to look for targets that name no namespace. */
  readonly namespaces: readonly string[];
  readonly labelPrefix: string | undefined;
  readonly families: readonly ("IPv4" | "IPv6")[];
  readonly forbidden: ReadonlySet<string>;
  /** Called when the last reader has left. */
  onIdle(): void;
}

/** Snapshots follow one another no faster than this, in ms; the first one after a pause goes out at once. */
const coalesceMs = 50;

/** How long a Service that lost the label that named it is kept, in ms. */
const mappingGraceMs = 600_000;

/** One namespace in which a target may be found. */
interface Place {
  readonly reflector: Reflector;
  /** Declared targets only: Services that have lost their label. */
  readonly unmapped: UnmappedServices | undefined;
}

/** What a place has to say about the target. */
interface Finding {
  readonly state: SnapshotState;
  readonly slices: readonly Slice[];
  readonly notes: readonly string[];
  readonly syncedAt: number | undefined;
  readonly error: RpcError | undefined;
}

/**
 * Follows one target and publishes its snapshots.
 *
 * A target is looked for in an ordered list of namespaces. The first one that has it owns it; one that cannot be read is
 * unknown, not absent, and those behind it are not used. Endpoints of two namespaces are never mixed.
 */
export class TargetWatch {
  readonly latest: Latest<Snapshot>;
  readonly #target: ServiceTarget | DeclaredTarget;
  readonly #protocols: readonly ProtocolName[];
  readonly #parts: TargetWatchParts;
  readonly #places: readonly Place[];
  #timer: Timer | undefined;
  /** Set while a snapshot was published less than `coalesceMs` ago: whether there is a newer one. */
  #pending: boolean | undefined;

  constructor(target: ServiceTarget | DeclaredTarget, protocols: readonly ProtocolName[], parts: TargetWatchParts) {
    this.#target = target;
    this.#protocols = protocols;
    this.#parts = parts;
    this.latest = new Latest(() => parts.onIdle());
    this.#places = namespacesOf(target, parts).map((namespace) => this.#place(namespace));
    this.#publish();
    for (const { reflector } of this.#places) reflector.start();
  }

  stop(): void {
    this.#timer?.cancel();
    for (const { reflector, unmapped } of this.#places) {
      reflector.stop();
      unmapped?.stop();
    }
    this.latest.end();
  }

  #place(namespace: string): Place {
    const { clock, labelPrefix } = this.#parts;
    const target = this.#target;
    const reflect = (selector: string, onChange: () => void) =>
      new Reflector({ ...this.#parts, namespace, selector, onChange });
    if (target.kind === "kubernetes") {
      const reflector = reflect(serviceSelector(target.service), () => this.#changed());
      return { reflector, unmapped: undefined };
    }
    const unmapped = new UnmappedServices({
      reflect: (service, onChange) => reflect(serviceSelector(service), onChange),
      label: declaredLabel(target, labelPrefix),
      clock,
      graceMs: mappingGraceMs,
      onChange: () => this.#changed(),
    });
    const reflector = reflect(declaredSelector(target, labelPrefix), () => {
      unmapped.update(declaredSlices(reflector.view.slices.values(), target, labelPrefix).slices);
      this.#changed();
    });
    return { reflector, unmapped };
  }

  #changed(): void {
    if (this.#pending !== undefined) {
      this.#pending = true;
      return;
    }
    this.#publish();
    this.#pending = false;
    this.#timer = this.#parts.clock.setTimer(() => {
      const again = this.#pending === true;
      this.#pending = undefined;
      if (again) this.#changed();
    }, coalesceMs);
  }

  #publish(): void {
    const snapshot = this.#snapshot();
    this.latest.set(snapshot);
    publish("kubbo:snapshot:changed", () => ({
      target: targetText(this.#target),
      state: snapshot.state,
      endpoints: snapshot.endpoints.length,
      ready: snapshot.funnel.ready,
      notes: snapshot.notes,
    }));
  }

  #snapshot(): Snapshot {
    const { families, forbidden, api } = this.#parts;
    const finding = this.#owner();
    const target = this.#target;
    const merged = mergeSlices(finding.slices, {
      port: target.kind === "kubernetes" ? target.port : undefined,
      pod: target.kind === "kubernetes" ? target.pod : undefined,
      protocols: this.#protocols,
      families,
      forbidden,
      allowLoopback: api.access.allowLoopback,
    });
    return Object.freeze({
      target,
      state: finding.state,
      endpoints: merged.endpoints,
      source: "kubernetes",
      syncedAt: finding.syncedAt,
      funnel: merged.funnel,
      notes: Object.freeze([...finding.notes, ...merged.notes]),
      ...(finding.error && { error: finding.error }),
    });
  }

  /** The finding of the first namespace that has the target, or that cannot say. */
  #owner(): Finding {
    const findings = this.#places.map((place) => this.#find(place));
    return findings.find(({ state }) => state !== "gone") ?? (findings[0] as Finding);
  }

  #find({ reflector, unmapped }: Place): Finding {
    const { state, slices, syncedAt, error } = reflector.view;
    const { slices: fitting, notes } =
      this.#target.kind === "declared"
        ? declaredSlices(slices.values(), this.#target, this.#parts.labelPrefix)
        : { slices: [...slices.values()], notes: [] };
    const kept = hasReady(fitting) ? [] : (unmapped?.slices ?? []);
    if (state === "synced" && kept.length > 0) {
      const lost = "the label that named the Service is gone; its endpoints are kept for a while.";
      return unmapped?.any
        ? { state: "unmapped", slices: kept, notes: [...notes, lost], syncedAt, error }
        : { state, slices: kept, notes, syncedAt, error };
    }
    const absent = state === "synced" && fitting.length === 0;
    return { state: absent ? "gone" : state, slices: kept.length > 0 ? kept : fitting, notes, syncedAt, error };
  }
}

function namespacesOf(
  target: ServiceTarget | DeclaredTarget,
  { namespaces, api }: TargetWatchParts,
): readonly string[] {
  if (target.kind === "kubernetes") return [target.namespace ?? api.access.namespace];
  return target.namespaces.length > 0 ? target.namespaces : namespaces;
}
