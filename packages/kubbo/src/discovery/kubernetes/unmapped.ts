import type { Clock, Timer } from "../../util/clock.ts";
import type { Reflector } from "./reflector.ts";
import { type Slice, sliceLabels } from "./slice.ts";

export interface UnmappedOptions {
  /** Follows the slices of one Service by its name. */
  reflect(service: string, onChange: () => void): Reflector;
  /** The label by which Services were found: with the value `none` it is a wish to be left alone at once. */
  readonly label: string;
  readonly clock: Clock;
  /** How long a Service that lost its label is kept, in ms. */
  readonly graceMs: number;
  onChange(): void;
}

interface Kept {
  readonly reflector: Reflector;
  /** What was known when the label went: used until the Service itself has been asked. */
  readonly before: readonly Slice[];
  readonly timer: Timer;
}

/**
 * Services that have left a stream that selects by a label. The label may be gone, or the Service: on that stream they look
 * the same, so the Service is asked by its name.
 *
 * No slices: it is gone, and that is obeyed at once. Slices: somebody took the label away from pods that live; they are
 * kept and followed for a grace period.
 */
export class UnmappedServices {
  readonly #options: UnmappedOptions;
  readonly #kept = new Map<string, Kept>();
  #labelled: ReadonlyMap<string, readonly Slice[]> = new Map();

  constructor(options: UnmappedOptions) {
    this.#options = options;
  }

  /** Whether a Service is kept that has been seen to live without its label. */
  get any(): boolean {
    return [...this.#kept.values()].some(({ reflector }) => reflector.view.syncedAt !== undefined);
  }

  /** Slices of what is kept. */
  get slices(): readonly Slice[] {
    return [...this.#kept.values()].flatMap(({ reflector, before }) =>
      reflector.view.syncedAt === undefined ? before : [...reflector.view.slices.values()],
    );
  }

  /** To be told of every state of the stream that selects by the label. */
  update(slices: Iterable<Slice>): void {
    const all = [...slices];
    const labelled = Map.groupBy(all, ({ service }) => service);
    if (hasReady(all)) {
      // Somebody declares it and can be called: there is no need for those who do not declare it any more.
      for (const service of [...this.#kept.keys()]) this.#drop(service);
    } else {
      for (const [service, before] of this.#labelled) if (!labelled.has(service)) this.#keep(service, before);
    }
    this.#labelled = labelled;
  }

  #keep(service: string, before: readonly Slice[]): void {
    if (service === "" || this.#kept.has(service)) return;
    const { reflect, clock, graceMs, onChange } = this.#options;
    const reflector = reflect(service, () => {
      this.#look(service);
      onChange();
    });
    const timer = clock.setTimer(
      () => {
        this.#drop(service);
        onChange();
      },
      graceMs,
      { unref: true },
    );
    this.#kept.set(service, { reflector, before, timer });
    reflector.start();
  }

  /** Lets go of what has no slices any more, or asks for it. */
  #look(service: string): void {
    const view = this.#kept.get(service)?.reflector.view;
    if (view?.state !== "synced") return;
    const slices = [...view.slices.values()];
    if (slices.every(({ labels }) => labels[this.#options.label] === "none")) this.#drop(service);
  }

  #drop(service: string): void {
    const kept = this.#kept.get(service);
    this.#kept.delete(service);
    kept?.timer.cancel();
    kept?.reflector.stop();
  }

  stop(): void {
    for (const service of [...this.#kept.keys()]) this.#drop(service);
  }
}

/** Whether any endpoint of the slices may be called. */
export function hasReady(slices: readonly Slice[]): boolean {
  return slices.some(({ endpoints }) => endpoints.some(({ ready, terminating }) => ready && !terminating));
}

/** The selector of a Service's slices. */
export function serviceSelector(service: string): string {
  return `${sliceLabels.service}=${service}`;
}
