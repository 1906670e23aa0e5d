import type { ByteWriter } from "../../wire/byte-writer.ts";
import { badArgument, within } from "../../wire/wire-error.ts";
import { describe } from "./describe.ts";
import { elementWriter, listTypeOfView } from "./element-type.ts";
import { defaultLimits } from "./limits.ts";
import { ReferenceTable } from "./reference-table.ts";
import { $shadowed, javaClassOf, type Shadowed } from "./remembered-class.ts";
import { ScalarWriter } from "./scalar-writer.ts";
import * as tags from "./tags.ts";

/** Something that knows how a value of it is written. */
export interface Writable {
  write(writer: Hessian2Writer, value: never): void;
  /** Names of the superclasses, for a class: where one of these is declared, a value of it is welcome as well. */
  readonly ancestors?: ReadonlySet<string>;
}

/** A value that writes itself, wherever no declared type says how: see `JavaValue`. */
export const $write: unique symbol = Symbol.for("kubbo.write") as never;

/**
 * What a class looks like on the wire: its name and the names of its fields, in the order in which their values
 * follow. Written once per stream and then referred to by its index: the same object stands for the same class.
 */
export interface ClassDefinition {
  readonly name: string;
  readonly fields: readonly string[];
  /** The definition as it is written, for one that is used again and again. */
  readonly bytes?: Uint8Array;
}

/** A definition that knows its bytes. Frozen. */
export function classDefinition(name: string, fields: readonly string[]): Required<ClassDefinition> {
  const writer = new ScalarWriter();
  writeDefinition(writer, { name, fields });
  return Object.freeze({ name, fields: Object.freeze([...fields]), bytes: writer.out.take().slice() });
}

function writeDefinition(writer: ScalarWriter, { name, fields }: ClassDefinition): void {
  writer.out.u8(tags.classDefinition);
  writer.writeString(name);
  writer.writeInt(fields.length);
  for (const field of fields) writer.writeString(field);
}

/** What is known of a field of an object whose class is not declared. */
interface UndeclaredField {
  readonly zero: unknown;
  write(writer: Hessian2Writer, value: never): void;
}

const noClasses: ReadonlyMap<string, Writable> = new Map();

/**
 * Writes values into one stream: the numbers of references, the class definitions and the type names run through all
 * of them until `reset()`.
 *
 * Shape: `writeValue` writes what JavaScript values are by themselves (see `encode`); the other operations are for
 * those who know the Java type. A container is `reference(value)` and, where that says false, its begin, its content
 * and, for a map, its end.
 * Errors: INVALID_ARGUMENT `bad-argument`. What was written of the value stays in `out`, and the tables know of it:
 * truncate `out` and `reset()`.
 * Not promised: that Java's own bytes come out where Java has no order of its own (fields, HashMap).
 * Source: com.alibaba.com.caucho.hessian.io.Hessian2Output (hessian-lite 4.0.3).
 */
export class Hessian2Writer extends ScalarWriter {
  /** How objects are written that remember one of these classes, where no declared type says it. By class name. */
  classes: ReadonlyMap<string, Writable> = noClasses;
  readonly #references = new ReferenceTable();
  #definitions: ClassDefinition[] = [];
  /** Definitions of objects without a declared class, by class name; the same name may have several sets of fields. */
  #undeclared: Map<string, ClassDefinition[]> | undefined;
  #types: Map<string, number> | undefined;
  readonly #maxDepth: number;
  #depth = 0;

  /** @param maxDepth containers within containers; the default is that of `Hessian2Limits` */
  constructor(out?: ByteWriter, maxDepth: number = defaultLimits.maxDepth) {
    super(out);
    this.#maxDepth = maxDepth;
  }

  /** The next value begins a stream of its own. What was written stays in `out`. */
  reset(): void {
    this.#references.clear();
    if (this.#definitions.length > 0) this.#definitions = [];
    this.#undeclared = undefined;
    this.#types = undefined;
    this.#depth = 0;
    this.classes = noClasses;
  }

  /**
   * If this very object was written before, writes a reference to it and returns true. Otherwise gives it the next
   * number and returns false: the caller writes it now.
   */
  reference(value: object): boolean {
    const number = this.#references.find(value);
    if (number < 0) {
      this.#references.add(value);
      return false;
    }
    this.out.u8(tags.reference);
    this.writeInt(number);
    return true;
  }

  /** Gives the next number to a list, map or object that nothing will refer to. */
  skipReference(): void {
    this.#references.add(undefined);
  }

  /** To be called before the content of a container, with `leave()` after it: guards the stack. */
  enter(): void {
    if (++this.#depth > this.#maxDepth) {
      throw badArgument(`at most ${this.#maxDepth} containers within containers`, "more");
    }
  }

  leave(): void {
    this.#depth--;
  }

  /** A list of `length` values, which follow. @param type the Java type, for what is not simply a list */
  beginList(length: number, type?: string): void {
    const { out } = this;
    if (length <= tags.shortListMax) {
      out.u8((type === undefined ? tags.shortUntypedList : tags.shortTypedList) + length);
      if (type !== undefined) this.#type(type);
    } else {
      out.u8(type === undefined ? tags.untypedList : tags.typedList);
      if (type !== undefined) this.#type(type);
      this.writeInt(length);
    }
  }

  /** A map; keys and values follow in turn, then `endMap()`. @param type the Java class, for other than HashMap */
  beginMap(type?: string): void {
    if (type === undefined) this.out.u8(tags.untypedMap);
    else {
      this.out.u8(tags.typedMap);
      this.#type(type);
    }
  }

  endMap(): void {
    this.out.u8(tags.endTag);
  }

  /** The first use of a type is its name, the later ones its index. Lists and maps share the table. */
  #type(type: string): void {
    this.#types ??= new Map();
    const index = this.#types.get(type);
    if (index === undefined) {
      this.#types.set(type, this.#types.size);
      this.writeString(type);
    } else this.writeInt(index);
  }

  /** An object; the values of its fields follow. The class definition goes before its first object. */
  beginObject(definition: ClassDefinition): void {
    const { out } = this;
    let index = this.#definitions.indexOf(definition);
    if (index < 0) {
      index = this.#definitions.push(definition) - 1;
      if (definition.bytes) out.bytes(definition.bytes);
      else writeDefinition(this, definition);
    }
    if (index <= tags.shortObjectMax) out.u8(tags.shortObject + index);
    else {
      out.u8(tags.object);
      this.writeInt(index);
    }
  }

  /**
   * Writes a value as what it is by itself: docs/reference/java-types.md has the table.
   *
   * Errors: INVALID_ARGUMENT `bad-argument` for what has no Java counterpart: functions, symbols, instances of classes
   * that do not say what they are, a bigint beyond 64 bits, an invalid Date.
   */
  writeValue(value: unknown): void {
    switch (typeof value) {
      case "string":
        this.writeString(value);
        break;
      case "number":
        if (value === (value | 0) && !Object.is(value, -0)) this.writeInt(value);
        else this.writeDouble(value);
        break;
      case "boolean":
        this.writeBoolean(value);
        break;
      case "bigint":
        this.writeLong(value);
        break;
      case "undefined":
        this.writeNull();
        break;
      case "object":
        if (value === null) this.writeNull();
        else this.#object(value);
        break;
      default:
        throw badArgument("a value", describe(value));
    }
  }

  #object(value: object): void {
    const write = (value as { readonly [$write]?: (writer: Hessian2Writer) => void })[$write];
    const prototype: unknown = Object.getPrototypeOf(value);
    if (write !== undefined) write.call(value, this);
    else if (prototype === Object.prototype || prototype === null) this.#plainObject(value);
    else if (Array.isArray(value)) this.#list(value, javaClassOf(value));
    else if (value instanceof Map) this.#map(value, javaClassOf(value));
    else if (value instanceof Date) this.writeDate(value);
    else if (value instanceof Set) this.#list([...value], javaClassOf(value) ?? "java.util.HashSet", value);
    else if (value instanceof Uint8Array) this.writeBinary(value);
    else if (ArrayBuffer.isView(value)) this.#typedArray(value);
    else throw badArgument("a plain object, list, map or other value", describe(value));
  }

  /** @param identity what references mean, where it is not the list itself */
  #list(list: readonly unknown[], type: string | undefined, identity: object = list): void {
    if (this.reference(identity)) return;
    this.enter();
    this.beginList(list.length, type);
    const write = elementWriter(type);
    let i = 0;
    try {
      for (; i < list.length; i++) write(this, list[i]);
    } catch (error) {
      throw within(error, `[${i}]`);
    }
    this.leave();
  }

  /** `byte[]` apart, which is a binary: the arrays of numbers that both languages have. */
  #typedArray(view: ArrayBufferView): void {
    const type = listTypeOfView(view);
    if (type === undefined) throw badArgument("a typed array that Java has", describe(view));
    this.#list(Array.from(view as unknown as ArrayLike<unknown>), type, view);
  }

  #map(map: ReadonlyMap<unknown, unknown>, type: string | undefined): void {
    if (this.reference(map)) return;
    this.enter();
    this.beginMap(type);
    for (const [key, item] of map) {
      try {
        this.writeValue(key);
        this.writeValue(item);
      } catch (error) {
        throw within(error, `[${typeof key === "string" ? JSON.stringify(key) : describe(key)}]`);
      }
    }
    this.endMap();
    this.leave();
  }

  #plainObject(value: object): void {
    const name = javaClassOf(value);
    if (name === undefined) {
      if (this.reference(value)) return;
      this.enter();
      this.beginMap();
      this.#entries(value);
      this.endMap();
      this.leave();
      return;
    }
    const declared = this.classes.get(name);
    if (declared) declared.write(this, value as never);
    else this.writeUndeclared(value, name);
  }

  #entries(value: object): void {
    for (const key of Object.keys(value)) {
      const item = (value as Record<string, unknown>)[key];
      // As in JSON: what is undefined is not there.
      if (item === undefined) continue;
      this.writeString(key);
      try {
        this.writeValue(item);
      } catch (error) {
        throw within(error, `.${key}`);
      }
    }
  }

  /**
   * An object of a class that nobody declared: its own properties are the fields.
   *
   * @param fieldOf how the fields are written of which more is known than what their values say
   */
  writeUndeclared(value: object, name: string, fieldOf?: (name: string) => UndeclaredField | undefined): void {
    if (this.reference(value)) return;
    const shadowed = (value as { readonly [$shadowed]?: Shadowed })[$shadowed];
    const fields = shadowed?.fields ?? Object.keys(value);
    this.enter();
    this.beginObject(this.#undeclaredDefinition(name, fields));
    let i = 0;
    try {
      for (; i < fields.length; i++) {
        const key = fields[i] as string;
        const item = shadowed?.values.has(i) ? shadowed.values.get(i) : (value as Record<string, unknown>)[key];
        const field = fieldOf?.(key);
        if (field) field.write(this, (item === undefined ? field.zero : item) as never);
        else this.writeValue(item);
      }
    } catch (error) {
      throw within(error, `.${fields[i]}`);
    }
    this.leave();
  }

  /** The class definition comes from each object's own fields: two of one class may have different ones. */
  #undeclaredDefinition(name: string, fields: readonly string[]): ClassDefinition {
    this.#undeclared ??= new Map();
    const known = this.#undeclared.get(name) ?? [];
    for (const each of known) {
      if (each.fields.length === fields.length && each.fields.every((field, i) => field === fields[i])) return each;
    }
    const definition = { name, fields };
    known.push(definition);
    this.#undeclared.set(name, known);
    return definition;
  }
}
