import { $class, type AnyJavaType, typed } from "kubbo/java";
import { canonicalText } from "./canonical-text.ts";
import type { ContractTypes } from "./contract-types.ts";
import { allFields, isSet, type Shape, shapeKey, withArgument } from "./shape.ts";
import type { Plan } from "./value-plans.ts";

/** Makes the values of plans: one per value, since parts are shared within it. */
export class ValueBuilder {
  readonly #types: ContractTypes;
  /** Parts by their declared type, in the order in which they were begun. */
  readonly #made = new Map<string, object[]>();

  constructor(types: ContractTypes) {
    this.#types = types;
  }

  /** @param place tells apart places of one type in which Java makes different things of it */
  build(shape: Shape, plan: Plan, place = ""): unknown {
    switch (plan.t) {
      case "null":
        return null;
      case "absent":
        return undefined;
      case "value":
        return plan.value;
      case "again": {
        const made = this.#made.get(`${place}${shapeKey(shape)}`) ?? [];
        return made[plan.n % made.length] ?? null;
      }
      case "items":
        return this.#items(shape, plan, place);
      case "entries":
        return this.#entries(shape, plan, place);
      case "object":
        return this.#object(shape, plan, place);
      case "error":
        return this.#error(shape, plan, place);
      case "typed": {
        const value = this.build(plan.shape, plan.plan, "typed ");
        return value === null ? null : typed(this.#types.typeOf(plan.shape) as AnyJavaType, value as never);
      }
      case "natural":
        return this.#natural(plan, place);
      default:
        return plan satisfies never;
    }
  }

  #keep<T extends object>(shape: Shape, place: string, value: T): T {
    const key = `${place}${shapeKey(shape)}`;
    const made = this.#made.get(key);
    if (made) made.push(value);
    else this.#made.set(key, [value]);
    return value;
  }

  /** What two values have in common if they are one element of a set, one key of a map in Java. */
  #text(shape: Shape, value: unknown): string {
    return canonicalText(this.#types, shape, value, "actual");
  }

  #items(shape: Shape, { items, asSet }: Plan & { t: "items" }, place: string): unknown {
    if (shape.t !== "array" && shape.t !== "collection") throw new Error(`items of a ${shape.t}`);
    const list: unknown[] = [];
    const sorted = shape.t === "collection" && /Sorted|Tree/.test(shape.javaName);
    const isJavaSet = shape.t === "collection" && isSet(shape.javaName);
    if (!isJavaSet) this.#keep(shape, place, list);
    const texts = new Set<string>();
    for (const item of items) {
      const value = this.build(shape.of, item, `${place}element `);
      if (sorted && value === null) continue;
      if (isJavaSet) {
        const text = this.#text(shape.of, value);
        if (texts.has(text)) continue;
        texts.add(text);
      }
      list.push(value);
    }
    if (!isJavaSet) return list;
    return this.#keep(shape, place, asSet ? new Set(list) : list);
  }

  #entries(shape: Shape, { entries, plain }: Plan & { t: "entries" }, place: string): unknown {
    if (shape.t !== "map") throw new Error(`entries of a ${shape.t}`);
    const map = new Map<unknown, unknown>();
    const noKeys = /Sorted|Tree|Concurrent/.test(shape.javaName);
    const noValues = shape.javaName.includes("Concurrent");
    if (!plain) this.#keep(shape, place, map);
    const texts = new Set<string>();
    for (const [keyPlan, valuePlan] of entries) {
      const key = this.build(shape.key, keyPlan);
      const text = this.#text(shape.key, key);
      if (texts.has(text) || ((noKeys || plain) && key === null)) continue;
      const value = this.build(shape.value, valuePlan, `${place}element `);
      if (noValues && value === null) continue;
      texts.add(text);
      map.set(key, value);
    }
    return plain ? this.#keep(shape, place, Object.fromEntries(map) as object) : map;
  }

  #object(shape: Shape, { name, fields, marked }: Plan & { t: "object" }, place: string): unknown {
    const { contract } = this.#types;
    const object = marked ? { [$class]: this.#types.className(name) } : {};
    const declaration = contract.declarations.find((each) => each.name === name);
    // A record exists only when all its components do: nothing in it can refer to it.
    const isRecord = declaration?.t === "record";
    if (!isRecord) this.#keep(shape, place, object);
    const arg = shape.t === "class" ? shape.arg : undefined;
    for (const [i, field] of allFields(contract, name).entries()) {
      const value = this.build(withArgument(field.shape, arg), fields[i] ?? { t: "absent" }, `${name}.${field.name} `);
      if (value === undefined) continue;
      Object.defineProperty(object, field.name, { value, enumerable: true, configurable: true, writable: true });
    }
    return isRecord ? this.#keep(shape, place, object) : object;
  }

  #error(shape: Shape, { name, message, cause, fields }: Plan & { t: "error" }, place: string): unknown {
    const inner = this.build({ t: "throwable" }, cause) ?? undefined;
    const options = { ...(inner !== undefined && { cause: inner }) };
    if (name === undefined) return this.#keep(shape, place, new Error(message ?? "", options));
    const given = this.#object(
      { t: "exception", name },
      { t: "object", name, fields, marked: false },
      `fields ${name} `,
    );
    return this.#keep(shape, place, this.#types.exceptionOf(name).create(given as never, message, options));
  }

  #natural({ kind, items }: Plan & { t: "natural" }, place: string): unknown {
    const shape: Shape = { t: "object" };
    if (kind === "list") {
      const list = this.#keep<unknown[]>(shape, place, []);
      for (const item of items) list.push(this.build(shape, item, place));
      return list;
    }
    if (kind === "set") return this.#keep(shape, place, new Set(items.map((item) => this.build(shape, item, place))));
    const map = this.#keep(shape, place, new Map<unknown, unknown>());
    for (const [i, item] of items.entries()) map.set(i % 2 === 0 ? i : `${i}`, this.build(shape, item, place));
    return map;
  }
}
