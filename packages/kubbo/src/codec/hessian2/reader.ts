import { badMessage, beyondLimit, within } from "../../wire/wire-error.ts";
import { ClassTable, type ReadDefinition } from "./class-table.ts";
import { asDouble, JavaValue } from "./java-value.ts";
import { defaultLimits, type Hessian2Limits } from "./limits.ts";
import { $class, $shadowed, rememberClass, type Shadowed, setField, setJavaClass } from "./remembered-class.ts";
import { ScalarReader } from "./scalar-reader.ts";
import * as tags from "./tags.ts";
import { kind, kindOf, tagText } from "./tags.ts";
import type { Writable } from "./writer.ts";

/** A class that a reader knows. */
export interface ReadableClass extends Writable {
  readonly javaName: string;
  /**
   * Whether Java's object is a value without identity in JavaScript (a BigDecimal is a string). Where no declaration
   * says the type, such a value is read as a JavaValue.
   */
  readonly valueLike: boolean;
  /** Reads the fields of an object whose definition was read: takes its number first, then all fields in their order. */
  readFields(reader: Hessian2Reader, definition: Definition): unknown;
}

export type Definition = ReadDefinition<ReadableClass>;

const noClasses = new ClassTable<ReadableClass>(new Map());

/** The length of a list or map that ends where its end mark stands. */
export const open = -1;

/** What `readReference` gives for a number whose value JavaScript cannot refer to yet. */
export interface Referent {
  readonly value: unknown;
  /** The class that made the value, if it is one without identity. */
  readonly valueClass: ReadableClass | undefined;
  /** The class of what was read where a type was declared, and so does not remember it. */
  readonly className: string | undefined;
}

/**
 * Reads values from one stream: the numbers of references, the class definitions and the type names run through all of
 * them.
 *
 * Shape: `readValue` reads whatever comes (see `decode`); the other operations are for those who know what they want:
 * the scalars of `ScalarReader`, and the parts of containers, from which declared types are read.
 * Safe: nothing is made from a name on the wire but what `classes` holds; lengths are checked against limits and the
 * bytes that are left before memory is taken.
 * Errors: INTERNAL `bad-message`, RESOURCE_EXHAUSTED `limit`; both with the offset. Discard the reader after either.
 * Source: com.alibaba.com.caucho.hessian.io.Hessian2Input (hessian-lite 4.0.3).
 */
export class Hessian2Reader extends ScalarReader {
  /** The classes that are known where no declaration says the type, and below declared types. */
  classes: ClassTable<ReadableClass> = noClasses;
  /** Whether doubles with whole values are read as JavaValue, so that they are written as doubles again. */
  exact = false;
  /** Whether a long whose type no declaration says is read as a number; one that a number cannot hold is an error. */
  longAsNumber = false;
  /** The Java type of the list or map that was begun last; undefined if it had none. */
  containerType: string | undefined;
  readonly #references: unknown[] = [];
  /** By number of the reference: the classes of what does not remember its own. */
  readonly #classNames: (string | undefined)[] = [];
  /** By number of the reference. */
  #valueClasses: Map<number, ReadableClass> | undefined;
  readonly #definitions: Definition[] = [];
  readonly #types: string[] = [];
  #depth = 0;

  constructor(bytes: Uint8Array, limits: Required<Hessian2Limits> = defaultLimits) {
    super(bytes, limits);
  }

  /** To be called before the content of a container, with `leave()` after it: guards the stack. */
  enter(): void {
    if (++this.#depth > this.limits.maxDepth) {
      throw beyondLimit(this.at, "containers within containers", this.limits.maxDepth, "limits.maxDepth");
    }
  }

  leave(): void {
    this.#depth--;
  }

  /** Gives the next number to `value`, when its reading begins. Returns the number. */
  addReference(value: unknown): number {
    const number = this.#references.push(value) - 1;
    if (number >= this.limits.maxReferences) {
      throw beyondLimit(this.at, "lists, maps and objects", this.limits.maxReferences, "limits.maxReferences");
    }
    return number;
  }

  /**
   * As `addReference`, for what does not remember its class since its place says it. If a place that does not say it
   * refers to the same, it remembers from then on: otherwise it could not be written there.
   */
  addDeclared(value: object, className: string | undefined): void {
    const number = this.addReference(value);
    if (className !== undefined) this.#classNames[number] = className;
  }

  /** Says what a number stands for, once it is known. @param valueClass set for a value without identity */
  setReference(number: number, value: unknown, valueClass?: ReadableClass): void {
    this.#references[number] = value;
    if (valueClass) {
      this.#valueClasses ??= new Map();
      this.#valueClasses.set(number, valueClass);
    }
  }

  /** The value that a reference means; its tag was read. */
  readReference(): Referent {
    const { at } = this;
    const number = this.readInt();
    if (number < 0 || number >= this.#references.length) {
      throw badMessage(at, `a reference to one of ${this.#references.length} values`, `${number}`);
    }
    return {
      value: this.#references[number],
      valueClass: this.#valueClasses?.get(number),
      className: this.#classNames[number],
    };
  }

  /** The begin of a list whose tag was read: its length, or `open`. Sets `containerType`. */
  beginList(tag: number): number {
    const { at } = this;
    this.containerType = undefined;
    if (tag >= tags.shortUntypedList) return this.#length(at, tag - tags.shortUntypedList);
    if (tag === tags.untypedList) return this.#length(at, this.readInt());
    if (tag === tags.untypedListOpen) return open;
    this.containerType = this.#type();
    if (tag >= tags.shortTypedList) return this.#length(at, tag - tags.shortTypedList);
    return tag === tags.typedList ? this.#length(at, this.readInt()) : open;
  }

  #length(at: number, length: number): number {
    // Each element has one byte at least, so this bounds the memory for what was announced as well.
    if (length < 0 || length > this.left) throw badMessage(at, `a length of 0 to ${this.left}`, `${length}`);
    this.checkLength(length);
    return length;
  }

  /** To be called with the number of elements of an open list or a map, as it grows. */
  checkLength(length: number): void {
    const { maxListLength } = this.limits;
    if (length > maxListLength) {
      throw beyondLimit(this.at, `a list or map of ${length} elements`, maxListLength, "limits.maxListLength");
    }
  }

  /** The begin of a map whose tag was read. Sets `containerType`. */
  beginMap(tag: number): void {
    this.containerType = tag === tags.typedMap ? this.#type() : undefined;
  }

  /** Reads the end of a map or open list, if it is there; otherwise reads nothing and says false. */
  takeEnd(): boolean {
    if (this.peek() !== tags.endTag) return false;
    this.at++;
    return true;
  }

  /** The first use of a type is its name, the later ones its index. Lists and maps share the table. */
  #type(): string {
    const { at } = this;
    const tag = this.peek();
    if (kindOf[tag] === kind.string) {
      const name = this.readString() as string;
      this.#checkClasses(this.#types.push(name));
      return name;
    }
    if (kindOf[tag] !== kind.int) throw badMessage(at, "the type of a list or map", tagText(tag));
    const index = this.readInt();
    const type = this.#types[index];
    if (type === undefined) throw badMessage(at, `one of ${this.#types.length} types`, `${index}`);
    return type;
  }

  #checkClasses(count: number): void {
    const { maxClasses } = this.limits;
    if (count > maxClasses) throw beyondLimit(this.at, "class definitions or types", maxClasses, "limits.maxClasses");
  }

  /** The class of an object whose tag was read; definitions that stand before it are taken in. */
  beginObject(tag: number): Definition {
    let current = tag;
    while (current === tags.classDefinition) {
      this.#checkClasses(this.#definitions.push(this.classes.cached(this) ?? this.#define()));
      current = this.u8();
    }
    const at = this.at - 1;
    let index: number;
    if (current === tags.object) index = this.readInt();
    else if (current >= 0x60 && current <= 0x6f) index = current - tags.shortObject;
    else throw badMessage(at, "an object after its class definition", tagText(current));
    const definition = this.#definitions[index];
    if (!definition) throw badMessage(at, `one of ${this.#definitions.length} class definitions`, `${index}`);
    return definition;
  }

  #define(): Definition {
    const from = this.at;
    const name = this.#name("the name of a class");
    const { at } = this;
    const count = this.readInt();
    if (count < 0 || count > this.left) throw badMessage(at, `a number of fields from 0 to ${this.left}`, `${count}`);
    const fields: string[] = [];
    for (let i = 0; i < count; i++) fields.push(this.#name("the name of a field"));
    return this.classes.define(name, fields, this, from);
  }

  #name(what: string): string {
    const tag = this.peek();
    if (kindOf[tag] !== kind.string) throw badMessage(this.at, what, tagText(tag));
    return this.readString() as string;
  }

  /**
   * Reads any value as what it is in JavaScript: docs/reference/java-types.md has the table.
   *
   * Lists, maps and objects remember the Java type that came with them (`javaClassOf`), so that writing them gives the
   * same again.
   */
  readValue(): unknown {
    const tag = this.u8();
    switch (kindOf[tag]) {
      case kind.string:
        return this.stringOf(tag);
      case kind.int:
        return this.intOf(tag);
      case kind.long:
        return this.longAsNumber ? this.longNumberOf(tag) : this.longOf(tag);
      case kind.double:
        return this.#double(tag);
      case kind.boolean:
        return tag === tags.booleanTrue;
      case kind.null:
        return null;
      case kind.date:
        return this.dateOf(tag);
      case kind.binary:
        return this.binaryOf(tag);
      case kind.list:
        return this.#list(tag);
      case kind.map:
        return this.#map(tag);
      case kind.object:
        return this.#object(tag);
      case kind.reference:
        return this.#reference();
      default:
        throw this.wrongTag("a value");
    }
  }

  #double(tag: number): unknown {
    const value = this.doubleOf(tag);
    return this.exact && value === (value | 0) ? asDouble(value) : value;
  }

  #reference(): unknown {
    const { value, valueClass, className } = this.readReference();
    if (className !== undefined) rememberClass(value as object, className);
    return valueClass ? new JavaValue(valueClass, value) : value;
  }

  #list(tag: number): unknown[] {
    this.enter();
    const length = this.beginList(tag);
    const list: unknown[] = [];
    if (this.containerType !== undefined) setJavaClass(list, this.containerType);
    this.addReference(list);
    try {
      if (length === open) {
        while (!this.takeEnd()) this.checkLength(list.push(this.readValue()));
      } else {
        for (let i = 0; i < length; i++) list.push(this.readValue());
      }
    } catch (error) {
      throw within(error, `[${list.length}]`);
    }
    this.leave();
    return list;
  }

  #map(tag: number): Map<unknown, unknown> {
    this.enter();
    this.beginMap(tag);
    const map = new Map<unknown, unknown>();
    if (this.containerType !== undefined) setJavaClass(map, this.containerType);
    this.addReference(map);
    let key: unknown;
    try {
      while (!this.takeEnd()) {
        key = undefined;
        key = this.readValue();
        map.set(key, this.readValue());
        this.checkLength(map.size);
      }
    } catch (error) {
      throw within(error, typeof key === "string" ? `[${JSON.stringify(key)}]` : "[]");
    }
    this.leave();
    return map;
  }

  #object(tag: number): unknown {
    const definition = this.beginObject(tag);
    const { known } = definition;
    if (!known) return this.#undeclared(definition);
    const value = known.readFields(this, definition);
    if (known.valueLike) return new JavaValue(known, value);
    return value;
  }

  /** An object of a class that nobody declared: a plain object with the fields as they come. */
  #undeclared({ name, fields }: Definition): object {
    this.enter();
    const object = { [$class]: name };
    this.addReference(object);
    let shadowed: Map<number, unknown> | undefined;
    let i = 0;
    try {
      for (; i < fields.length; i++) {
        const field = fields[i] as string;
        const earlier = Object.hasOwn(object, field) ? fields.lastIndexOf(field, i - 1) : -1;
        if (earlier >= 0) {
          shadowed ??= new Map();
          shadowed.set(earlier, (object as Record<string, unknown>)[field]);
        }
        setField(object, field, this.readValue());
      }
    } catch (error) {
      throw within(error, `.${fields[i]}`, name);
    }
    if (shadowed) {
      const value: Shadowed = { fields, values: shadowed };
      Object.defineProperty(object, $shadowed, { value, enumerable: false });
    }
    this.leave();
    return object;
  }
}
