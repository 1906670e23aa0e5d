/**
 * What a value remembers of its Java type, where no declaration says it.
 *
 * On an object the name of its class: it came as an object of that class and is written as one, its own properties
 * being the fields, in their order. Spread copies it: `{ ...item, price: 3 }` is still an Item. On an array or a Map
 * the type of a typed list or map: `java.util.LinkedList`, `[int`; set without being enumerable, since nothing
 * copies it.
 */
export const $class: unique symbol = Symbol.for("kubbo.class") as never;

/**
 * Fields that a class and its superclass both have: JavaScript has one property for both, with the value that came
 * last, which is the subclass's. Here is what else came, so that the object can be written again as it was.
 */
export const $shadowed: unique symbol = Symbol.for("kubbo.shadowed") as never;

export interface Shadowed {
  /** Names of all fields in their order, with repetitions. */
  readonly fields: readonly string[];
  /** Values of the earlier of two fields of one name, by index into `fields`. */
  readonly values: ReadonlyMap<number, unknown>;
}

/** The Java class that a decoded or marked value remembers. */
export function javaClassOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const name = (value as { readonly [$class]?: unknown })[$class];
  return typeof name === "string" ? name : undefined;
}

/** Makes an array or a Map remember the Java type of its list or map. Returns the same value. */
export function setJavaClass<T extends object>(value: T, name: string): T {
  return Object.defineProperty(value, $class, { value: name, enumerable: false, configurable: true, writable: true });
}

/** Makes an object, array, Map or Set remember its Java type, each in its way. Returns the same value. */
export function rememberClass<T extends object>(value: T, name: string): T {
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) return setJavaClass(value, name);
  return Object.assign(value, { [$class]: name });
}

/** Sets an own property whatever its name: `__proto__` is a name like any other. */
export function setField(object: object, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    (object as Record<string, unknown>)[name] = value;
  }
}
