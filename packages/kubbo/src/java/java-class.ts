import { describe } from "../codec/hessian2/describe.ts";
import { badArgument, badMessage } from "../codec/hessian2/errors.ts";
import { JavaValue } from "../codec/hessian2/java-value.ts";
import type { Definition, Hessian2Reader, ReadableClass } from "../codec/hessian2/reader.ts";
import { $class, rememberClass } from "../codec/hessian2/remembered-class.ts";
import { kind, kindOf } from "../codec/hessian2/tags.ts";
import { type ClassDefinition, classDefinition, type Hessian2Writer } from "../codec/hessian2/writer.ts";
import { RpcError } from "../model/rpc-error.ts";
import { type ClassCode, classCode } from "./class-code.ts";
import { fieldsOf } from "./field.ts";
import type { AnyJavaType, InputOf, JavaType, PrimitiveName, TypeOf } from "./java-type.ts";
import { FieldPlan } from "./plan.ts";

/** The fields of a class by name. A getter may give a type that is declared later, or the class itself. */
export type Fields = object;

/** What a program gets for an object with these fields. */
export type FieldValues<F> = { -readonly [K in keyof F]: TypeOf<F[K]> };

/** What it may leave out of, or set to null in, an object: all that Java's constructor without arguments leaves so. */
type Unset<T> = T extends JavaType<never, unknown, PrimitiveName> ? undefined : null | undefined;

/** What a program may pass for it. */
export type FieldInputs<F> = { readonly [K in keyof F]?: InputOf<F[K]> | Unset<F[K]> };

type Flat<T> = { [K in keyof T]: T[K] } & {};

/** The value of a class with a superclass: a field that both have is the subclass's. */
type ValuesOf<F, S> = [S] extends [AnyJavaType] ? Flat<Omit<TypeOf<S>, keyof F> & FieldValues<F>> : FieldValues<F>;
type InputsOf<F, S> = [S] extends [AnyJavaType] ? Flat<Omit<InputOf<S>, keyof F> & FieldInputs<F>> : FieldInputs<F>;

export interface JavaClassOptions<S> {
  /** The superclass, whose fields come before the class's own. */
  readonly extends?: S;
  /**
   * Allows fields of the primitive type `float`: Java's reader destroys them together with the fields beside them
   * (hessian-lite stores eight bytes into four), so they are for classes that Java only writes. Default false.
   */
  readonly allowFloat?: boolean;
}

/** What all declared classes have, whatever their fields. */
export interface AnyJavaClass extends AnyJavaType {
  readonly superclass: AnyJavaClass | undefined;
  /** All fields, inherited ones first, by name. */
  readonly fields: () => ReadonlyMap<string, AnyJavaType>;
}

/** A declared class of Java objects. */
export interface JavaClass<Name extends string, In, Out> extends JavaType<In, Out, Name> {
  readonly superclass: AnyJavaClass | undefined;
  readonly fields: () => ReadonlyMap<string, AnyJavaType>;
  /** An object that remembers the class, for places where only a superclass or `Object` is declared. */
  readonly of: (value: In) => In & { readonly [$class]: Name };
}

/**
 * A Java class: `javaClass("com.acme.Item", { sku: string, count: int })`.
 *
 * Shape: what comes is a plain object with all fields in the order declared here; what is passed may leave fields out
 * (null, zero, false in Java), and must not have others. An object of a subclass that the contract knows comes with
 * that class's fields and remembers the class (`javaClassOf`); `Sub.of({ … })` passes one. The class definition on the
 * wire is this declaration, whatever the first object has.
 * A class that refers to itself, or to one that is declared later, says so with a getter:
 * `javaClass("com.acme.Node", { get next() { return Node; } })`.
 *
 * Errors: INVALID_ARGUMENT `bad-contract`, when the class is used first, for a field that is no type and for a `float`
 * field.
 */
export function javaClass<const Name extends string, F extends Fields, S extends AnyJavaClass | undefined = undefined>(
  javaName: Name,
  fields: F,
  options: JavaClassOptions<S> = {},
): JavaClass<Name, InputsOf<F, S>, ValuesOf<F, S>> {
  return new DeclaredClass(javaName, fields, options).type as never;
}

/** What is known of a class once the types that its getters give exist. */
interface Resolved {
  readonly names: ReadonlySet<string>;
  readonly definition: ClassDefinition;
  readonly plan: FieldPlan;
  readonly zeros: readonly unknown[];
  readonly code: ClassCode;
}

class DeclaredClass {
  readonly type: JavaClass<string, never, unknown>;
  readonly #name: string;
  readonly #own: Fields;
  readonly #superclass: AnyJavaClass | undefined;
  readonly #allowFloat: boolean;
  #fieldTypes: ReadonlyMap<string, AnyJavaType> | undefined;
  #resolved: Resolved | undefined;

  constructor(name: string, own: Fields, options: JavaClassOptions<AnyJavaClass | undefined>) {
    this.#name = name;
    this.#own = own;
    this.#superclass = options.extends;
    this.#allowFloat = options.allowFloat ?? false;
    const write = (writer: Hessian2Writer, value: unknown) => this.#write(writer, value);
    const readable: ReadableClass = {
      javaName: name,
      valueLike: false,
      write,
      ancestors: ancestorsOf(options.extends),
      readFields: (reader, definition) => rememberClass(this.#readObject(reader, definition), name),
    };
    this.type = Object.freeze<JavaClass<string, never, unknown>>({
      javaName: name,
      elementName: name,
      zero: null,
      superclass: options.extends,
      write,
      read: (reader) => this.#read(reader),
      accepts: (value) => value === null || (typeof value === "object" && !Array.isArray(value)),
      parts: () => [...(options.extends ? [options.extends] : []), ...this.#types().values()],
      fields: () => this.#types(),
      of: (value: object) => ({ [$class]: name, ...value }) as never,
      readable,
      writable: readable,
    });
  }

  /** All fields by name, inherited ones first. */
  #types(): ReadonlyMap<string, AnyJavaType> {
    if (this.#fieldTypes) return this.#fieldTypes;
    const types = new Map(this.#superclass?.fields());
    for (const [name, type] of Object.entries(this.#own)) types.set(name, this.#checked(name, type));
    this.#fieldTypes = types;
    return types;
  }

  #checked(name: string, type: unknown): AnyJavaType {
    const field = `${this.#name}.${name}`;
    if (typeof (type as AnyJavaType | undefined)?.javaName !== "string") {
      throw new RpcError(
        "INVALID_ARGUMENT",
        "bad-contract",
        `the field ${field} is ${describe(type)}, not a Java type`,
      );
    }
    const found = type as AnyJavaType;
    if (found.javaName !== "float" || this.#allowFloat) return found;
    throw new RpcError(
      "INVALID_ARGUMENT",
      "bad-contract",
      `the field ${field} is a float: Java's reader destroys such a field together with the fields beside it ` +
        "(hessian-lite stores its eight bytes into four). Make it a double or a Float in Java and boxed(float) or " +
        "double here; if Java only writes this class, say { allowFloat: true }.",
    );
  }

  #resolve(): Resolved {
    const types = this.#types();
    const fields = fieldsOf(types);
    const names = [...types.keys()];
    const zeros = fields.map((field) => field.zero);
    this.#resolved = {
      names: new Set(names),
      definition: classDefinition(this.#name, names),
      plan: new FieldPlan(fields),
      zeros,
      code: classCode(fields),
    };
    return this.#resolved;
  }

  #write(writer: Hessian2Writer, value: unknown): void {
    if (value === null || value === undefined) {
      writer.writeNull();
      return;
    }
    if (typeof value !== "object" || Array.isArray(value)) throw badArgument(this.#name, describe(value));
    const marked = (value as { readonly [$class]?: unknown })[$class];
    if (marked !== undefined && (marked !== this.#name || value instanceof JavaValue)) {
      this.#writeMarked(writer, value, String(marked));
      return;
    }
    if (writer.reference(value)) return;
    const { names, definition, code } = this.#resolved ?? this.#resolve();
    writer.enter();
    writer.beginObject(definition);
    const isWhole = code.write(writer, value);
    writer.leave();
    if (!isWhole) this.#checkKeys(value, names);
  }

  #checkKeys(value: object, names: ReadonlySet<string>): void {
    for (const key of Object.keys(value)) {
      if (!names.has(key) && (value as Record<string, unknown>)[key] !== undefined) {
        throw badArgument(`a field of ${this.#name} (${[...names].join(", ")})`, "another one").within(`.${key}`);
      }
    }
  }

  /** A value that says itself which class it is of: this one, a subclass of the contract, or one that nobody knows. */
  #writeMarked(writer: Hessian2Writer, value: object, name: string): void {
    const known = writer.classes.get(name);
    const inner = value instanceof JavaValue ? value.value : value;
    if (name === this.#name) this.#write(writer, inner);
    else if (known?.ancestors?.has(this.#name)) known.write(writer, inner as never);
    else if (known === undefined && inner === value) this.#writeUnknownSubclass(writer, value, name);
    else throw badArgument(this.#name, name);
  }

  /** Of the fields of a subclass that nobody declared those are known that this class has. */
  #writeUnknownSubclass(writer: Hessian2Writer, value: object, name: string): void {
    const { plan } = this.#resolved ?? this.#resolve();
    writer.writeUndeclared(value, name, (key) => plan.field(key));
  }

  #read(reader: Hessian2Reader): unknown {
    const tag = reader.u8();
    switch (kindOf[tag]) {
      case kind.object: {
        const definition = reader.beginObject(tag);
        const { known } = definition;
        // An object of any other class is taken by its fields, as Java does.
        const isSubclass = known?.ancestors?.has(this.#name) === true;
        return isSubclass ? known.readFields(reader, definition) : this.#readObject(reader, definition);
      }
      case kind.null:
        return null;
      case kind.map:
        return this.#readMap(reader, tag);
      case kind.reference: {
        const at = reader.at - 1;
        const { value, className } = reader.readReference();
        if (typeof value === "object" && value !== null && !Array.isArray(value) && !isCollection(value)) {
          if (className !== undefined && className !== this.#name) rememberClass(value, className);
          return value;
        }
        throw badMessage(at, this.#name, "a reference to something else");
      }
      default:
        throw reader.wrongTag(this.#name);
    }
  }

  #readObject(reader: Hessian2Reader, definition: Definition): object {
    const { code, zeros, plan } = this.#resolved ?? this.#resolve();
    const object = code.make();
    reader.addDeclared(object, this.#name);
    const slots = zeros.slice();
    plan.read(reader, definition, slots);
    code.fill(object, slots);
    return object;
  }

  #readMap(reader: Hessian2Reader, tag: number): object {
    const { code, zeros, plan } = this.#resolved ?? this.#resolve();
    const object = code.make();
    reader.beginMap(tag);
    reader.addDeclared(object, this.#name);
    const slots = zeros.slice();
    plan.readEntries(reader, slots);
    code.fill(object, slots);
    return object;
  }
}

function ancestorsOf(superclass: AnyJavaClass | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  for (let each = superclass; each; each = each.superclass) names.add(each.javaName);
  return names;
}

const isCollection = (value: object): boolean => value instanceof Map || value instanceof Set || value instanceof Date;
