import { expired } from "./http-status.ts";
import { apiVersionOf, type KubernetesObject, type Resource } from "./resource.ts";
import type { Selector } from "./selector.ts";
import type { Store, StoreEvent } from "./store.ts";

export interface WatchOptions {
  readonly store: Store;
  readonly resource: Resource;
  /** Undefined: all. */
  readonly namespace: string | undefined;
  /** Undefined: all. */
  readonly name: string | undefined;
  readonly selector: Selector;
  /** Undefined: everything that is there comes first, as ADDED. */
  readonly resourceVersion: number | undefined;
  readonly bookmarks: boolean;
  readonly bookmarkIntervalMs: number;
  readonly timeoutMs: number;
  /** Writes one event. */
  write(event: { readonly type: string; readonly object: unknown }): void;
  /** Ends the answer. */
  end(): void;
}

/**
 * One watch: what happened since its version, then what happens. An object that begins to fit the selector is ADDED, one
 * that ceases to is DELETED.
 *
 * @returns what ends it, when the client has gone
 */
export function startWatch(options: WatchOptions): () => void {
  const { store, resource, namespace, name, selector, resourceVersion, write } = options;
  const fits = (object: KubernetesObject) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    selector(object.metadata.labels ?? {});

  function send(event: StoreEvent): void {
    if (event.resource !== resource) return;
    const is = event.type !== "DELETED" && fits(event.object);
    const was = event.before !== undefined && fits(event.before);
    if (is) write({ type: was ? "MODIFIED" : "ADDED", object: event.object });
    else if (was) write({ type: "DELETED", object: event.object });
  }

  if (resourceVersion === undefined) {
    for (const object of store.list(resource, namespace)) if (fits(object)) write({ type: "ADDED", object });
  } else {
    const missed = store.since(resourceVersion);
    if (!missed) {
      write({ type: "ERROR", object: expired(resourceVersion, store.version) });
      options.end();
      return () => {};
    }
    for (const event of missed) send(event);
  }

  const bookmark = () => {
    if (!options.bookmarks) return;
    write({
      type: "BOOKMARK",
      object: {
        kind: resource.kind,
        apiVersion: apiVersionOf(resource),
        metadata: { resourceVersion: String(store.version), creationTimestamp: null },
        ...(resource.kind === "EndpointSlice" && { addressType: "", endpoints: null, ports: null }),
      },
    });
  };
  const stopListening = store.onEvent(send);
  const bookmarkTimer = setInterval(bookmark, options.bookmarkIntervalMs).unref();
  const endTimer = setTimeout(() => {
    bookmark();
    stop();
    options.end();
  }, options.timeoutMs).unref();
  function stop(): void {
    stopListening();
    clearInterval(bookmarkTimer);
    clearTimeout(endTimer);
  }
  return stop;
}
