import { publish } from "../../model/events.ts";
import { RpcError } from "../../model/rpc-error.ts";
import { type BackoffOptions, backoffMs } from "../../util/backoff.ts";
import type { Clock, Timer } from "../../util/clock.ts";
import type { Random } from "../../util/random.ts";
import type { ApiClient, WatchStream } from "./api-client.ts";
import { ApiError, apiErrorFromStatus } from "./api-error.ts";
import { forbiddenError } from "./missing-role.ts";
import { type Slice, sliceFromJson } from "./slice.ts";

/** What a reflector knows. The map is replaced when it changes, never changed. */
export interface ReflectorView {
  /** As of snapshots, of which a reflector has these four. */
  readonly state: "syncing" | "synced" | "stale" | "forbidden";
  readonly slices: ReadonlyMap<string, Slice>;
  /** When the server last confirmed the set, on the scale of `Date.now()`. */
  readonly syncedAt: number | undefined;
  readonly error: RpcError | undefined;
}

export interface ReflectorOptions {
  readonly api: ApiClient;
  readonly namespace: string;
  /** Label selector. */
  readonly selector: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Called after every change of the view. */
  onChange(): void;
}

/** The server ends a watch after a time between these, in seconds, so that a lost one is found at last. */
const watchSeconds = { least: 300, most: 600 };

/** Bookmarks come every minute or so; a watch without a word for longer than this knows something else than we do. */
const silenceMs = 150_000;

/** A watch that lived shorter than this and said nothing was not one. */
const shortWatchMs = 1000;

/** Pages of a list. */
const pageSize = 500;

/** The server cannot be reached: often, since the set must be right within seconds of its return. */
const unreachable: BackoffOptions = { initialMs: 200, maxMs: 2000, factor: 2, jitter: 0.25 };

/** The server refuses: it is asked again ever less often, until somebody grants the right. */
const refused: BackoffOptions = { initialMs: 1000, maxMs: 30_000, factor: 2, jitter: 0.25 };

/** After an expired version many clients list at once: they are spread over this time. */
const relistSpreadMs = 500;

/** How a watch ended, as far as it matters for what comes next. */
type WatchEnd =
  | { readonly t: "ended"; readonly livedMs: number; readonly events: number }
  | { readonly t: "failed"; readonly error: RpcError }
  | { readonly t: "expired" }
  | { readonly t: "silent" };

/**
 * Keeps the EndpointSlices of one selector, by list and watch.
 *
 * ```
 *   list --ok--> watch --ended--> watch again from the last version
 *    ^            |--expired (410), silent--> list
 *    |            '--failed--> after a pause: watch again
 *    '--failed: after a pause, list again
 * ```
 *
 * Every change of the store is one event of the watch, applied whole; a list replaces the store. What was known is kept
 * while the server cannot be reached or refuses: the state says so.
 *
 * Source: client-go, tools/cache/reflector.go, for what ends a watch and what follows.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #path: string;
  #view: ReflectorView = { state: "syncing", slices: new Map(), syncedAt: undefined, error: undefined };
  #resourceVersion: string | undefined;
  #failures = 0;
  #stopped = false;
  #watch: WatchStream | undefined;
  #timer: Timer | undefined;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    const selector = encodeURIComponent(options.selector);
    this.#path = `/apis/discovery.k8s.io/v1/namespaces/${options.namespace}/endpointslices?labelSelector=${selector}`;
  }

  get view(): ReflectorView {
    return this.#view;
  }

  start(): void {
    void this.#list(); // never rejects
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#watch?.stop();
  }

  async #list(): Promise<void> {
    try {
      const { slices, resourceVersion } = await this.#readPages();
      if (this.#stopped) return;
      this.#resourceVersion = resourceVersion;
      this.#failures = 0;
      this.#change({ state: "synced", slices, syncedAt: this.#options.clock.now(), error: undefined });
    } catch (error) {
      if (!this.#stopped) this.#failed(RpcError.from(error), "list");
      return;
    }
    this.#open(this.#resourceVersion ?? "");
  }

  async #readPages(): Promise<{ readonly slices: ReadonlyMap<string, Slice>; readonly resourceVersion: string }> {
    const slices = new Map<string, Slice>();
    let more = "";
    for (;;) {
      const page = await this.#options.api.get(`${this.#path}&limit=${pageSize}${more}`);
      const { items, metadata } = page as { items?: unknown; metadata?: Record<string, unknown> };
      for (const item of Array.isArray(items) ? items : []) {
        const slice = sliceFromJson(item);
        slices.set(slice.name, slice);
      }
      const { continue: next, resourceVersion } = metadata ?? {};
      if (typeof next === "string" && next !== "") {
        more = `&continue=${encodeURIComponent(next)}`;
        continue;
      }
      if (typeof resourceVersion === "string") return { slices, resourceVersion };
      throw new RpcError("INTERNAL", "bad-message", "the API server sent a list without a resourceVersion");
    }
  }

  /** Watches from a version on; goes on by itself when the watch ends. */
  #open(resourceVersion: string): void {
    if (this.#stopped) return;
    const { api, clock, random } = this.#options;
    const seconds = Math.round(watchSeconds.least + random() * (watchSeconds.most - watchSeconds.least));
    const startedAt = clock.now();
    let events = 0;
    let ended = false;
    const finish = (end: WatchEnd) => {
      if (ended || this.#stopped) return;
      ended = true;
      this.#timer?.cancel();
      this.#watch = undefined;
      this.#next(end);
    };
    const giveUp = (end: WatchEnd) => {
      stream.stop();
      finish(end);
    };
    const heard = () => {
      this.#timer?.cancel();
      this.#timer = clock.setTimer(() => giveUp({ t: "silent" }), silenceMs, { unref: true });
    };
    const stream = api.watch(
      `${this.#path}&watch=1&allowWatchBookmarks=true&timeoutSeconds=${seconds}&resourceVersion=${resourceVersion}`,
      {
        onOpen: () => {
          heard();
          this.#failures = 0;
          if (this.#view.state !== "synced") {
            this.#change({ ...this.#view, state: "synced", syncedAt: clock.now(), error: undefined });
          }
        },
        onLine: (line) => {
          if (ended || this.#stopped) return;
          heard();
          events++;
          try {
            this.#apply(line);
          } catch (error) {
            const why = RpcError.from(error);
            giveUp(why instanceof ApiError && why.expired ? { t: "expired" } : { t: "failed", error: why });
          }
        },
        onEnd: (error) => {
          if (error instanceof ApiError && error.expired) finish({ t: "expired" });
          else if (error) finish({ t: "failed", error });
          else finish({ t: "ended", livedMs: clock.now() - startedAt, events });
        },
      },
    );
    this.#watch = stream;
  }

  /** Errors: ApiError for an ERROR event; RpcError for what is not an event. */
  #apply(line: string): void {
    let event: { readonly type?: unknown; readonly object?: unknown };
    try {
      event = JSON.parse(line);
    } catch (cause) {
      throw new RpcError("INTERNAL", "bad-message", `a watch event is not JSON: ${line.slice(0, 80)}`, { cause });
    }
    const { type, object } = event;
    if (type === "ERROR") throw apiErrorFromStatus(object);
    if (type === "BOOKMARK") {
      // Its object is a slice in name only: nothing but the version means anything.
      const version = (object as { metadata?: { resourceVersion?: unknown } } | undefined)?.metadata?.resourceVersion;
      if (typeof version === "string") this.#resourceVersion = version;
      this.#view = { ...this.#view, syncedAt: this.#options.clock.now() };
      return;
    }
    if (type !== "ADDED" && type !== "MODIFIED" && type !== "DELETED") return; // unknown to us, so not about the store
    const slice = sliceFromJson(object);
    const slices = new Map(this.#view.slices);
    if (type === "DELETED") slices.delete(slice.name);
    else slices.set(slice.name, slice);
    this.#resourceVersion = slice.resourceVersion;
    this.#change({ state: "synced", slices, syncedAt: this.#options.clock.now(), error: undefined });
  }

  #next(end: WatchEnd): void {
    switch (end.t) {
      case "ended":
        if (end.livedMs >= shortWatchMs || end.events > 0) this.#open(this.#resourceVersion ?? "");
        else
          this.#failed(
            new RpcError("UNAVAILABLE", "api-unreachable", "the watch ended at once, without a word"),
            "watch",
          );
        return;
      case "expired":
        this.#relist("the version that is known here is no longer known there (410)");
        return;
      case "silent":
        this.#relist(`not a word, not even a bookmark, for ${silenceMs} ms`);
        return;
      case "failed":
        this.#failed(end.error, "watch");
        return;
      default:
        end satisfies never;
    }
  }

  #relist(what: string): void {
    this.#resourceVersion = undefined;
    this.#later(this.#options.random() * relistSpreadMs, "list", what);
  }

  #failed(error: RpcError, during: "list" | "watch"): void {
    const { api, clock, random, namespace } = this.#options;
    this.#failures++;
    const isRefusal = error.reason === "forbidden" || error.reason === "unauthenticated";
    const told = error instanceof ApiError && error.status === 403 ? forbiddenError(error, during, namespace) : error;
    const known = this.#view.syncedAt !== undefined;
    this.#change({
      ...this.#view,
      state: known ? "stale" : isRefusal ? "forbidden" : "syncing",
      error: told,
    });
    // A token that was renewed on disk is worth one more try at once.
    const renewed = error.reason === "unauthenticated" && this.#failures === 1;
    if (error.reason === "unauthenticated") api.access.credentials.invalidate();
    const asked = error instanceof ApiError ? error.retryAfterMs : undefined;
    const pause = backoffMs(this.#failures, isRefusal ? refused : unreachable, random);
    // What the server asks for is spread as well: it asked everybody.
    const delayMs = renewed ? 0 : asked === undefined ? pause : asked + pause * random();
    this.#later(delayMs, this.#resourceVersion === undefined ? "list" : "watch", told.message, clock);
  }

  #later(delayMs: number, next: "list" | "watch", what: string, clock = this.#options.clock): void {
    const { selector, namespace } = this.#options;
    publish("kubbo:reflector:trouble", () => ({ selector, namespace, what, next, delayMs: Math.round(delayMs) }));
    this.#timer?.cancel();
    this.#timer = clock.setTimer(() => {
      if (next === "list" || this.#resourceVersion === undefined) void this.#list();
      else this.#open(this.#resourceVersion);
    }, delayMs);
  }

  #change(view: ReflectorView): void {
    this.#view = view;
    this.#options.onChange();
  }
}
