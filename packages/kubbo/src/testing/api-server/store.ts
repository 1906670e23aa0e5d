import { randomUUID } from "node:crypto";
import { type KubernetesObject, type Resource, resourceOfObject } from "./resource.ts";

export interface StoreEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly resource: Resource;
  /** The object after the change; the last state of a deleted one, with the version of its deletion. */
  readonly object: KubernetesObject;
  /** The object before the change; undefined for an added one. */
  readonly before: KubernetesObject | undefined;
  readonly version: number;
}

/** How many events are remembered for watches that start in the past. */
const historyLength = 10_000;

/**
 * The objects, one counter of versions for all of them, and the changes of late.
 *
 * Objects are frozen JSON values; what goes in is copied.
 */
export class Store {
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  #history: StoreEvent[] = [];
  /** The newest version that the history no longer has. */
  #forgotten = 0;
  #version = 0;

  get version(): number {
    return this.#version;
  }

  /** Objects of a resource, of one namespace if given, sorted by namespace and name. */
  list(resource: Resource, namespace?: string): readonly KubernetesObject[] {
    const prefix = namespace === undefined ? `${resource.plural}/` : `${resource.plural}/${namespace}/`;
    return [...this.#objects]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);
  }

  get(resource: Resource, namespace: string, name: string): KubernetesObject | undefined {
    return this.#objects.get(keyOf(resource, namespace, name));
  }

  /** Creates the object, or puts it in the place of the one that has its name; what is equal changes nothing. */
  put(given: KubernetesObject): KubernetesObject {
    const resource = resourceOfObject(given);
    const copy = JSON.parse(JSON.stringify(given)) as KubernetesObject;
    const namespace = copy.metadata.namespace ?? "default";
    const before = this.get(resource, namespace, copy.metadata.name);
    const object: KubernetesObject = {
      ...copy,
      metadata: {
        ...copy.metadata,
        namespace,
        uid: before?.metadata.uid ?? copy.metadata.uid ?? randomUUID(),
        creationTimestamp: before?.metadata.creationTimestamp ?? new Date().toISOString(),
      },
    };
    if (before && sameBut(before, object)) return before;
    return this.#commit(before ? "MODIFIED" : "ADDED", resource, object, before);
  }

  /** @returns the last state; undefined if there was no such object */
  delete(resource: Resource, namespace: string, name: string): KubernetesObject | undefined {
    const before = this.get(resource, namespace, name);
    return before && this.#commit("DELETED", resource, before, before);
  }

  /** Events after a version; undefined if the history does not reach back so far. */
  since(version: number): readonly StoreEvent[] | undefined {
    return version < this.#forgotten ? undefined : this.#history.filter((event) => event.version > version);
  }

  /** Forgets the history: watches from any older version get 410. */
  compact(): void {
    this.#forgotten = this.#version;
    this.#history = [];
  }

  /** @returns what ends it */
  onEvent(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #commit(
    type: StoreEvent["type"],
    resource: Resource,
    object: KubernetesObject,
    before: KubernetesObject | undefined,
  ): KubernetesObject {
    const version = ++this.#version;
    const committed = deepFreeze({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } });
    const { namespace = "default", name } = committed.metadata;
    const key = keyOf(resource, namespace, name);
    if (type === "DELETED") this.#objects.delete(key);
    else this.#objects.set(key, committed);
    const event: StoreEvent = { type, resource, object: committed, before, version };
    this.#history.push(event);
    if (this.#history.length > historyLength) this.#forgotten = this.#history.shift()?.version ?? this.#forgotten;
    for (const listener of [...this.#listeners]) listener(event);
    return committed;
  }
}

function keyOf(resource: Resource, namespace: string, name: string): string {
  return `${resource.plural}/${namespace}/${name}`;
}

/** Whether nothing but the version differs. */
function sameBut(before: KubernetesObject, after: KubernetesObject): boolean {
  const { resourceVersion: _, ...metadata } = before.metadata;
  const { resourceVersion: __, ...given } = after.metadata;
  return canonical({ ...before, metadata }) === canonical({ ...after, metadata: given });
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const each of Object.values(value)) deepFreeze(each);
  }
  return value;
}
