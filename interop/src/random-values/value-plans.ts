// Random values of a contract. What fast-check makes and shrinks is a plan, a tree; `ValueBuilder` makes the value, in
// which parts are shared and circles close.

import fc from "fast-check";
import { scalars } from "./scalars.ts";
import { allFields, type Contract, isSet, type Shape, withArgument, withSubclasses } from "./shape.ts";

export type Plan =
  | { readonly t: "null" }
  /** A field that the object does not have. */
  | { readonly t: "absent" }
  /** A value that was begun before, of the same declared type: the n-th of them; null if there is none. */
  | { readonly t: "again"; readonly n: number }
  | { readonly t: "value"; readonly value: unknown }
  | { readonly t: "items"; readonly items: readonly Plan[]; readonly asSet: boolean }
  | { readonly t: "entries"; readonly entries: readonly (readonly [Plan, Plan])[]; readonly plain: boolean }
  | { readonly t: "object"; readonly name: string; readonly fields: readonly Plan[]; readonly marked: boolean }
  /** `name` undefined: an error of JavaScript. */
  | {
      readonly t: "error";
      readonly name: string | undefined;
      readonly message: string | null;
      readonly cause: Plan;
      readonly fields: readonly Plan[];
    }
  /** Where Object is declared: a value with its type. */
  | { readonly t: "typed"; readonly shape: Shape; readonly plan: Plan }
  /** Where Object is declared: what says itself what it is. */
  | { readonly t: "natural"; readonly kind: "list" | "set" | "map"; readonly items: readonly Plan[] };

const maxDepth = 4;
const nothing: Plan = { t: "null" };
const plainly = (value: unknown): Plan => ({ t: "value", value });
const again = fc.nat(20).map((n): Plan => ({ t: "again", n }));

/** Values that say themselves what they are. */
const naturals: fc.Arbitrary<Plan> = fc
  .oneof(
    scalars.Integer.values,
    scalars.Double.values,
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    scalars.String.values,
    fc.boolean(),
    scalars.Date.values,
    fc.uint8Array({ maxLength: 20 }),
    fc.int32Array({ maxLength: 5 }),
    fc.int16Array({ maxLength: 5 }),
    fc.bigInt64Array({ maxLength: 5 }),
    fc.float64Array({ maxLength: 5 }),
    fc.float32Array({ maxLength: 5, noNaN: true }),
  )
  .map(plainly);

const naturalKeys = fc.oneof(scalars.Integer.values, scalars.String.values, fc.boolean()).map(plainly);

/** Types whose values may stand where Object is declared. */
const typedShapes: readonly Shape[] = [
  ...(["BigDecimal", "BigInteger", "UUID", "Locale", "Currency", "Class", "LocalDate", "LocalDateTime"] as const),
  ...(["Instant", "Duration", "ZonedDateTime", "AtomicLong", "Timestamp", "long", "double", "Byte"] as const),
  ...(["float", "char", "dateMillis"] as const),
].map((name): Shape => ({ t: "scalar", name }));
const typedContainers: readonly Shape[] = [
  { t: "array", of: { t: "scalar", name: "int" } },
  { t: "array", of: { t: "scalar", name: "String" } },
  { t: "array", of: { t: "object" } },
  { t: "collection", javaName: "java.util.LinkedList", of: { t: "scalar", name: "Long" } },
  { t: "collection", javaName: "java.util.LinkedHashSet", of: { t: "scalar", name: "String" } },
  { t: "map", javaName: "java.util.LinkedHashMap", key: { t: "scalar", name: "String" }, value: { t: "object" } },
];

/** Of these a number comes back, of which nobody can say whether it was an int; and dates that no Date can hold. */
const onlyGoing: ReadonlySet<string> = new Set(["double", "float", "dateMillis"]);

export interface ValuePlansOptions {
  /** Leaves out what by design comes back as something else where only Object is declared. Default false. */
  readonly roundTrip?: boolean;
}

export class ValuePlans {
  readonly #contract: Contract;
  readonly #typedShapes: readonly Shape[];
  readonly #known = new Map<string, fc.Arbitrary<Plan>>();

  constructor(contract: Contract, { roundTrip = false }: ValuePlansOptions = {}) {
    this.#contract = contract;
    this.#typedShapes = typedShapes.filter(
      (shape) => !(roundTrip && shape.t === "scalar" && onlyGoing.has(shape.name)),
    );
  }

  /** Values of a declared type, null among them where Java has one. */
  of(shape: Shape, depth = 0): fc.Arbitrary<Plan> {
    if (shape.t === "scalar" && scalars[shape.name].primitive) return this.present(shape, depth);
    return fc.oneof(
      { weight: 8, arbitrary: this.present(shape, depth) },
      { weight: 1, arbitrary: fc.constant(nothing) },
    );
  }

  /** Values that are not null, unless they are nested too deeply. */
  present(shape: Shape, depth: number): fc.Arbitrary<Plan> {
    const key = `${depth} ${JSON.stringify(shape)}`;
    const known = this.#known.get(key);
    if (known) return known;
    const made = this.#make(shape, depth);
    this.#known.set(key, made);
    return made;
  }

  #make(shape: Shape, depth: number): fc.Arbitrary<Plan> {
    switch (shape.t) {
      case "scalar":
        return scalars[shape.name].values.map(plainly);
      case "enum": {
        const found = this.#contract.declarations.find(({ name }) => name === shape.name);
        return fc.constantFrom(...(found?.t === "enum" ? found.values : [])).map(plainly);
      }
      case "object":
        return this.#anything(depth);
      case "array":
      case "collection": {
        const sorted = shape.t === "collection" && /Sorted|Tree/.test(shape.javaName);
        const element = sorted ? this.present(shape.of, depth + 1) : this.of(shape.of, depth + 1);
        const asSet = shape.t === "collection" && isSet(shape.javaName) ? fc.boolean() : fc.constant(false);
        const items = fc.tuple(this.#several(element, depth), asSet);
        return this.#orAgain(items.map(([all, inSet]): Plan => ({ t: "items", items: all, asSet: inSet })));
      }
      case "map": {
        const strict = /Sorted|Tree|Concurrent/.test(shape.javaName);
        const concurrent = shape.javaName.includes("Concurrent");
        const key = strict ? this.present(shape.key, depth + 1) : this.of(shape.key, depth + 1);
        const value = concurrent ? this.present(shape.value, depth + 1) : this.of(shape.value, depth + 1);
        const isText = shape.key.t === "scalar" && shape.key.name === "String";
        return this.#orAgain(
          fc
            .tuple(this.#several(fc.tuple(key, value), depth), isText ? fc.boolean() : fc.constant(false))
            .map(([entries, plain]): Plan => ({ t: "entries", entries, plain })),
        );
      }
      case "class":
        if (depth > maxDepth) return fc.constant(nothing);
        return this.#orAgain(
          fc.oneof(
            ...withSubclasses(this.#contract, shape.name).map((name) =>
              this.#object(name, shape.name, shape.arg, depth),
            ),
          ),
        );
      case "exception":
        if (depth > maxDepth) return fc.constant(nothing);
        return this.#orAgain(
          fc.oneof(...withSubclasses(this.#contract, shape.name).map((name) => this.#error(name, depth))),
        );
      case "throwable": {
        if (depth > maxDepth) return fc.constant(nothing);
        const names = this.#contract.declarations.filter((each) => each.t === "exception").map((each) => each.name);
        return this.#orAgain(fc.oneof(...[undefined, ...names].map((name) => this.#error(name, depth))));
      }
      case "parameter":
        throw new Error("a type parameter outside of its class");
      default:
        return shape satisfies never;
    }
  }

  #orAgain(fresh: fc.Arbitrary<Plan>): fc.Arbitrary<Plan> {
    return fc.oneof({ weight: 5, arbitrary: fresh }, { weight: 1, arbitrary: again });
  }

  #several<T>(one: fc.Arbitrary<T>, depth: number): fc.Arbitrary<T[]> {
    const few = fc.array(one, { maxLength: depth > maxDepth ? 0 : Math.max(1, 5 - depth) });
    if (depth > 1) return few;
    // More than seven: the length has another form then.
    return fc.oneof(
      { weight: 20, arbitrary: few },
      { weight: 1, arbitrary: fc.array(one, { minLength: 8, maxLength: depth === 0 ? 60 : 12 }) },
    );
  }

  #fields(name: string, arg: Shape | undefined, depth: number): fc.Arbitrary<Plan[]> {
    const absent = fc.constant<Plan>({ t: "absent" });
    return fc.tuple(
      ...allFields(this.#contract, name).map(({ shape }) =>
        fc.oneof(
          { weight: 12, arbitrary: this.of(withArgument(shape, arg), depth + 1) },
          { weight: 1, arbitrary: absent },
        ),
      ),
    );
  }

  #object(name: string, declared: string, arg: Shape | undefined, depth: number): fc.Arbitrary<Plan> {
    const marked = name === declared ? fc.boolean() : fc.constant(true);
    return fc
      .tuple(this.#fields(name, arg, depth), marked)
      .map(([fields, isMarked]): Plan => ({ t: "object", name, fields, marked: isMarked }));
  }

  #error(name: string | undefined, depth: number): fc.Arbitrary<Plan> {
    return fc
      .record({
        message: name === undefined ? fc.string() : fc.option(fc.string()),
        cause:
          depth >= maxDepth
            ? fc.constant(nothing)
            : fc.oneof(fc.constant(nothing), this.of({ t: "throwable" }, depth + 2)),
        fields: name === undefined ? fc.constant([]) : this.#fields(name, undefined, depth),
      })
      .map(({ message, cause, fields }): Plan => ({ t: "error", name, message, cause, fields }));
  }

  #anything(depth: number): fc.Arbitrary<Plan> {
    const typed = (shape: Shape) => this.present(shape, depth + 1).map((plan): Plan => ({ t: "typed", shape, plan }));
    const scalar = fc.oneof(naturals, ...this.#typedShapes.map(typed));
    if (depth > maxDepth) return scalar;
    const named = this.#contract.declarations.filter((each) => each.t === "enum" || !each.generic);
    const several = (kind: "list" | "set" | "map", of: fc.Arbitrary<Plan>) =>
      this.#several(of, depth + 1).map((items): Plan => ({ t: "natural", kind, items }));
    return fc.oneof(
      { weight: 3, arbitrary: scalar },
      { weight: 1, arbitrary: fc.oneof(...typedContainers.map(typed)) },
      { weight: 1, arbitrary: several("list", this.of({ t: "object" }, depth + 2)) },
      { weight: 1, arbitrary: several("map", this.of({ t: "object" }, depth + 2)) },
      { weight: 1, arbitrary: several("set", naturalKeys) },
      { weight: 1, arbitrary: again },
      {
        weight: named.length,
        arbitrary: fc.oneof(
          ...named.map((each) => {
            if (each.t === "enum") return typed({ t: "enum", name: each.name });
            if (each.t === "exception") return this.#error(each.name, depth);
            return this.#object(each.name, "", undefined, depth);
          }),
        ),
      },
    );
  }
}
