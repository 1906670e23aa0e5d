// The text of a value as its contract declares it, equal on both sides if and only if the values are equal in class,
// content and sharing. dev.kubbo.interop.hessian.CanonicalText is the twin in Java.
//
//   null, true, "text"                  text: all but visible ASCII as \uXXXX, by UTF-16 units
//   5 5L 5b 5s                          Integer, Long, Byte, Short
//   d3ff8000000000000 f3fc00000 c0041   the bits of a double and a float, the unit of a char
//   bytes(00ff), chars("a"), decimal(150,2), bigint(5), java.util.Date(1000), java.time.Year(2024), pkg.Color.RED
//   #0 java.util.ArrayList[1, #0]       what has an identity has a number; a second occurrence is the number alone
//   #1 java.util.HashMap{1: "a"}        sets and maps sorted by the texts of elements and keys
//   #2 pkg.Item{name: "a", count: 1}    fields as declared, the superclass's first
//   #3 pkg.Fault{message: null, cause: null, code: 1}

import { inspect } from "node:util";
import { JavaException, JavaValue, javaClassOf } from "kubbo/java";
import type { ContractTypes } from "./contract-types.ts";
import {
  isLostInArray,
  isParameter,
  knownPlace,
  type Place,
  placeOfElement,
  placeOfField,
  unknownPlace,
} from "./place.ts";
import { doubleText, floatText, quoted } from "./scalar-text.ts";
import { scalarNames, scalars } from "./scalars.ts";
import { classOf, type FieldShape, isSet, type Shape, withArgument } from "./shape.ts";

/**
 * Whether collections and boxed numbers have the classes that Java's reader makes of what we write, or the declared
 * ones. With those go the stack and the suppressed ones of exceptions, which errors of JavaScript do not have.
 */
export type Classes = "actual" | "declared";

export function canonicalText(types: ContractTypes, shape: Shape, value: unknown, classes: Classes): string {
  return new Printer(types, classes).text(shape, value, knownPlace);
}

/** What Java gets where an interface is declared. */
const actualClasses: Readonly<Record<string, string>> = {
  "java.util.List": "java.util.ArrayList",
  "java.util.Collection": "java.util.ArrayList",
  "java.util.Set": "java.util.HashSet",
  "java.util.SortedSet": "java.util.TreeSet",
  "java.util.Map": "java.util.HashMap",
  "java.util.SortedMap": "java.util.TreeMap",
  "java.util.concurrent.ConcurrentMap": "java.util.concurrent.ConcurrentHashMap",
};

/** Arrays whose elements are not what they seem to be: 1 in a `double[]`. */
const elementTexts: Readonly<Record<string, (value: never) => string>> = {
  "[J": (value: unknown) => `${value}L`,
  "[D": doubleText,
  "[F": floatText,
  "[S": (value: number) => `${value}s`,
};

const views: readonly (readonly [type: abstract new () => ArrayBufferView, javaName: string])[] = [
  [Int32Array, "[I"],
  [Int16Array, "[S"],
  [BigInt64Array, "[J"],
  [Float64Array, "[D"],
  [Float32Array, "[F"],
];

const lettersOfNames: Readonly<Record<string, string>> = {
  int: "I",
  long: "J",
  short: "S",
  double: "D",
  float: "F",
  boolean: "Z",
  byte: "B",
  char: "C",
  string: "Ljava.lang.String;",
  object: "Ljava.lang.Object;",
  date: "Ljava.util.Date;",
};

/** `[int` -> `[I`, `[com.acme.Item` -> `[Lcom.acme.Item;`: names of arrays on the wire and in Java. */
function arrayClass(wireName: string): string {
  const [, dimensions = "", element = ""] = /^(\[+)(.*)$/.exec(wireName) ?? [];
  if (dimensions === "") return wireName;
  return `${dimensions}${lettersOfNames[element] ?? (/^(L.*;|[A-Z])$/.test(element) ? element : `L${element};`)}`;
}

const compare = ([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number =>
  a < b ? -1 : a > b ? 1 : 0;

class Printer {
  readonly #types: ContractTypes;
  readonly #classes: Classes;
  readonly #numbers = new Map<unknown, number>();

  constructor(types: ContractTypes, classes: Classes) {
    this.#types = types;
    this.#classes = classes;
  }

  text(shape: Shape, value: unknown, place: Place): string {
    if (value === null || value === undefined) return "null";
    if (shape.t === "object") return this.#anything(value);
    const inner = value instanceof JavaValue ? value.value : value;
    if (shape.t === "scalar") {
      const { text, erased } = scalars[shape.name];
      const isKnown = place.own === "known" || (place.own === "boxed" && shape.name !== "chars");
      return (this.#classes === "actual" && !isKnown && erased ? erased : text)(inner as never);
    }
    if (shape.t === "enum") return `${this.#types.className(shape.name)}.${inner}`;
    return this.#numbered(inner, () => this.#content(shape, inner, place));
  }

  #numbered(value: unknown, content: () => string): string {
    const seen = this.#numbers.get(value);
    if (seen !== undefined) return `#${seen}`;
    const number = this.#numbers.size;
    this.#numbers.set(value, number);
    return `#${number} ${content()}`;
  }

  #className(declared: string): string {
    return this.#classes === "declared" ? declared : (actualClasses[declared] ?? declared);
  }

  #content(shape: Shape, value: unknown, place: Place): string {
    switch (shape.t) {
      case "array": {
        const isLost = this.#classes === "actual" && place.own !== "known" && isLostInArray(shape.of);
        const name = this.#types.typeOf(shape).javaName;
        if (!isLost) return this.#list(name, shape.of, value, knownPlace);
        return this.#list(name.replace(/L.*;$/, "Ljava.lang.Object;"), shape.of, value, unknownPlace);
      }
      case "collection": {
        const name = this.#className(shape.javaName);
        const element = placeOfElement(place);
        return isSet(shape.javaName)
          ? this.#set(name, shape.of, value, element)
          : this.#list(name, shape.of, value, element);
      }
      case "map":
        return this.#map(this.#className(shape.javaName), shape.key, shape.value, value, placeOfElement(place));
      case "class": {
        const name = this.#simpleName(javaClassOf(value)) ?? shape.name;
        return this.#object(name, value, name === shape.name ? shape.arg : undefined, []);
      }
      case "exception":
      case "throwable":
        return this.#error(value as Error);
      default:
        throw new Error(`a ${shape.t} has no identity`);
    }
  }

  #simpleName(javaName: string | undefined): string | undefined {
    return javaName?.slice(this.#types.packageName.length + 1);
  }

  #list(name: string, of: Shape, value: unknown, place: Place): string {
    return `${name}[${Array.from(value as Iterable<unknown>, (item) => this.text(of, item, place)).join(", ")}]`;
  }

  #set(name: string, of: Shape, value: unknown, place: Place): string {
    const texts = Array.from(value as Iterable<unknown>, (item) => this.text(of, item, place));
    return `${name}{${[...new Set(texts)].sort().join(", ")}}`;
  }

  #map(name: string, key: Shape, item: Shape, value: unknown, place: Place): string {
    const entries: Iterable<readonly [unknown, unknown]> =
      value instanceof Map ? value : Object.entries(value as object);
    const texts = Array.from(entries, ([each, of]) => [this.text(key, each, place), of] as const).sort(compare);
    return `${name}{${texts.map(([text, of]) => `${text}: ${this.text(item, of, place)}`).join(", ")}}`;
  }

  #fields(name: string): readonly (readonly [field: FieldShape, place: Place])[] {
    const declaration = classOf(this.#types.contract, name);
    const inherited = declaration.superclass === undefined ? [] : this.#fields(declaration.superclass);
    return [...inherited, ...declaration.fields.map((field) => [field, placeOfField(declaration, field)] as const)];
  }

  #object(name: string, value: unknown, arg: Shape | undefined, before: readonly string[]): string {
    const parts = this.#fields(name).map(([{ name: field, shape }, place]) => {
      const declared = withArgument(shape, arg);
      const own = Object.hasOwn(value as object, field) ? (value as Record<string, unknown>)[field] : undefined;
      const isErased =
        (shape.t === "collection" && isParameter(shape.of)) || (shape.t === "map" && isParameter(shape.value));
      return `${field}: ${own === undefined ? this.#zero(declared) : this.text(declared, own, isErased ? knownPlace : place)}`;
    });
    return `${this.#types.className(name)}{${[...before, ...parts].join(", ")}}`;
  }

  #zero(shape: Shape): string {
    const { zero } = this.#types.typeOf(shape);
    return this.text(shape, zero, knownPlace);
  }

  #error(error: Error): string {
    const cause = error.cause instanceof Error ? this.text({ t: "throwable" }, error.cause, knownPlace) : "null";
    if (!JavaException.is(error)) {
      return `java.lang.RuntimeException{message: ${quoted(error.message)}, cause: ${cause}}`;
    }
    const { javaClass, javaMessage, javaStack, suppressed, fields } = error as JavaException;
    const parts = [`message: ${javaMessage === null ? "null" : quoted(javaMessage)}`, `cause: ${cause}`];
    if (this.#classes === "declared") {
      const frames = javaStack.map(({ declaringClass, methodName, fileName, lineNumber }) =>
        quoted(`${declaringClass}.${methodName}(${fileName}:${lineNumber})`),
      );
      const others = suppressed.map((each) => this.text({ t: "throwable" }, each, knownPlace));
      parts.push(`stack: [${frames.join(", ")}]`, `suppressed: [${others.join(", ")}]`);
    }
    const name = this.#simpleName(javaClass) ?? "";
    if (javaClass !== this.#types.className(name)) return `${javaClass}{${parts.join(", ")}}`;
    return this.#object(name, fields, undefined, parts);
  }

  /** A value by itself, without a declaration. */
  #anything(value: unknown): string {
    switch (typeof value) {
      case "boolean":
        return String(value);
      case "string":
        return quoted(value);
      case "bigint":
        return `${value}L`;
      case "number":
        return value === (value | 0) && !Object.is(value, -0) ? String(value) : doubleText(value);
      default:
        break;
    }
    if (value instanceof Date) return `java.util.Date(${value.getTime()})`;
    if (value instanceof Uint8Array) return `bytes(${Buffer.from(value).toString("hex")})`;
    if (value instanceof JavaValue) return this.#typed(value);
    const remembered = javaClassOf(value);
    return this.#numbered(value, () => {
      if (value instanceof Error) return this.#error(value);
      if (Array.isArray(value)) return this.#listOf(remembered, value);
      if (value instanceof Set) return this.#set("java.util.HashSet", { t: "object" }, value, unknownPlace);
      if (value instanceof Map) {
        return this.#map(remembered ?? "java.util.HashMap", { t: "object" }, { t: "object" }, value, unknownPlace);
      }
      const view = views.find(([type]) => value instanceof type);
      if (view) return this.#listOf(view[1], Array.from(value as Int32Array));
      const name = this.#simpleName(remembered);
      if (name === undefined) throw new Error(`there is no text for ${inspect(value)}`);
      return this.#object(name, value, undefined, []);
    });
  }

  /** A list of the Java class that it remembers; sets are lists on the wire. */
  #listOf(remembered: string | undefined, value: readonly unknown[]): string {
    const name = arrayClass(remembered ?? "java.util.ArrayList");
    const print = elementTexts[name];
    if (print) return `${name}[${value.map((item) => print(item as never)).join(", ")}]`;
    if (isSet(name)) return this.#set(name, { t: "object" }, value, unknownPlace);
    return this.#list(name, { t: "object" }, value, unknownPlace);
  }

  #typed({ type, value }: JavaValue): string {
    const shape = this.#types.shapeOf(type) ?? this.#shapeOfName(type.javaName);
    return this.text(shape, value, unknownPlace);
  }

  #shapeOfName(javaName: string): Shape {
    const scalar = scalarNames.find((name) => scalars[name].type.javaName === javaName);
    return scalar ? { t: "scalar", name: scalar } : this.#types.shapeOfName(javaName);
  }
}
