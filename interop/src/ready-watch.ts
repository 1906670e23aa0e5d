import type { Cluster } from "../../test-cluster/src/cluster.ts";

interface EndpointSlice {
  readonly metadata: { readonly name: string };
  readonly endpoints:
    | readonly {
        readonly conditions?: { readonly ready?: boolean; readonly terminating?: boolean };
        readonly targetRef?: { readonly name?: string };
      }[]
    | null;
}

/** A time without any ready endpoint, in ms since the epoch. */
export interface Gap {
  readonly fromMs: number;
  /** Undefined: it lasts. */
  untilMs: number | undefined;
}

/** Watches the slices of a Service beside the consumer: when each pod became ready, and when none was. */
export class ReadyWatch {
  /** When each pod was first ready. */
  readonly readyAtMs = new Map<string, number>();
  readonly gaps: Gap[] = [];
  readonly #stop = new AbortController();
  readonly #slices = new Map<string, ReadonlySet<string>>();
  readonly #done: Promise<void>;

  constructor(cluster: Cluster, namespace: string, service: string) {
    this.#done = this.#follow(cluster, namespace, service);
  }

  async #follow(cluster: Cluster, namespace: string, service: string): Promise<void> {
    const query = ["endpointslices", "-n", namespace, "-l", `kubernetes.io/service-name=${service}`];
    try {
      for await (const { type, object } of cluster.watch<EndpointSlice>(query, this.#stop.signal)) {
        const ready = new Set(
          type === "DELETED"
            ? []
            : (object.endpoints ?? [])
                .filter(({ conditions }) => conditions?.ready !== false && conditions?.terminating !== true)
                .map(({ targetRef }) => targetRef?.name ?? "?"),
        );
        this.#slices.set(object.metadata.name, ready);
        this.#look(Date.now());
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  #look(nowMs: number): void {
    const ready = new Set([...this.#slices.values()].flatMap((each) => [...each]));
    for (const pod of ready) if (!this.readyAtMs.has(pod)) this.readyAtMs.set(pod, nowMs);
    const open = this.gaps.at(-1);
    const lasts = open !== undefined && open.untilMs === undefined;
    if (ready.size === 0 && !lasts && this.readyAtMs.size > 0) this.gaps.push({ fromMs: nowMs, untilMs: undefined });
    if (ready.size > 0 && lasts) open.untilMs = nowMs;
  }

  /** Whether a moment lies in a gap, give or take `slackMs` for two watches that hear of it at different times. */
  inGap(atMs: number, slackMs: number): boolean {
    return this.gaps.some(
      ({ fromMs, untilMs = Number.POSITIVE_INFINITY }) => atMs >= fromMs - slackMs && atMs <= untilMs + slackMs,
    );
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }
}
