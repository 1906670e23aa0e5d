import { describe } from "../codec/hessian2/describe.ts";
import { badArgument, badMessage, within } from "../codec/hessian2/errors.ts";
import { type Hessian2Reader, open } from "../codec/hessian2/reader.ts";
import { kind, kindOf, nullTag } from "../codec/hessian2/tags.ts";
import type { Hessian2Writer } from "../codec/hessian2/writer.ts";
import { type AnyJavaType, boxedType, type InputOf, type JavaType, type TypeOf } from "./java-type.ts";

/** What may be passed for a list, a set or an array of objects. */
export type ListInput<T> = readonly T[] | ReadonlySet<T>;

/** Collections that Java writes as a list without a type; a declared interface is read from one as well. */
const untyped: ReadonlySet<string> = new Set([
  "java.util.List",
  "java.util.Collection",
  "java.lang.Iterable",
  "java.util.ArrayList",
  "java.util.AbstractList",
  "java.util.AbstractCollection",
]);

/** Where EnumSet travels: an object with the list of its elements. Source: EnumSetHandler (hessian-lite 4.0.3). */
const enumSetClass = "com.alibaba.com.caucho.hessian.io.EnumSetHandler";

/** The elements of what was passed, by index; undefined: it is no list. */
function elementsOf(value: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(value)) return value;
  if (value instanceof Set) return [...value];
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return value as unknown as ArrayLike<unknown>;
  return undefined;
}

export const isList = (value: unknown): boolean => value === null || elementsOf(value) !== undefined;

/** How a list is written of which the Java type is `wireType`, undefined for an untyped one. */
export function listWriter(
  javaName: string,
  wireType: string | undefined,
  element: AnyJavaType,
): (writer: Hessian2Writer, value: unknown) => void {
  const { write } = element;
  return (writer, value) => {
    if (value === null || value === undefined) {
      writer.writeNull();
      return;
    }
    const elements = elementsOf(value);
    if (elements === undefined) throw badArgument(`${javaName} (an array or a Set)`, describe(value));
    if (writer.reference(value as object)) return;
    const { length } = elements;
    writer.enter();
    writer.beginList(length, wireType);
    let i = 0;
    try {
      for (; i < length; i++) write(writer, elements[i] as never);
    } catch (error) {
      throw within(error, `[${i}]`);
    }
    writer.leave();
  };
}

/** Reads a list whose tag was read. @param target what references to the list mean */
function readElements(
  reader: Hessian2Reader,
  tag: number,
  read: (reader: Hessian2Reader) => unknown,
  list: unknown[],
  target: object,
): void {
  reader.enter();
  const length = reader.beginList(tag);
  reader.addDeclared(target, reader.containerType);
  try {
    if (length === open) {
      while (!reader.takeEnd()) reader.checkLength(list.push(read(reader)));
    } else {
      for (let i = 0; i < length; i++) list.push(read(reader));
    }
  } catch (error) {
    throw within(error, `[${list.length}]`);
  }
  reader.leave();
}

/** Reads what is no list by its tag, but stands for one: a reference to one, or the object that an EnumSet is. */
function readOther(reader: Hessian2Reader, tag: number, element: AnyJavaType, javaName: string): Iterable<unknown> {
  const at = reader.at - 1;
  if (kindOf[tag] === kind.reference) {
    const { value } = reader.readReference();
    if (Array.isArray(value) || value instanceof Set) return value;
    throw badMessage(at, javaName, "a reference to something else");
  }
  if (kindOf[tag] !== kind.object) throw reader.wrongTag(javaName);
  const { name, fields } = reader.beginObject(tag);
  if (name !== enumSetClass) throw badMessage(at, javaName, `an object of ${name}`);
  const set = new Set<unknown>();
  reader.enter();
  reader.addReference(set);
  for (const field of fields) {
    if (field !== "objects") reader.readValue();
    else for (const each of listReader(javaName, element)(reader) ?? []) set.add(each);
  }
  reader.leave();
  return set;
}

/** How a list is read, as an array. */
export function listReader(javaName: string, element: AnyJavaType): (reader: Hessian2Reader) => unknown[] | null {
  const { read } = element;
  return (reader) => {
    const tag = reader.u8();
    if (kindOf[tag] === kind.list) {
      const list: unknown[] = [];
      readElements(reader, tag, read, list, list);
      return list;
    }
    if (tag === nullTag) return null;
    const other = readOther(reader, tag, element, javaName);
    return Array.isArray(other) ? other : [...other];
  };
}

/** How a list is read, as a Set. */
export function setReader(javaName: string, element: AnyJavaType): (reader: Hessian2Reader) => Set<unknown> | null {
  const { read } = element;
  return (reader) => {
    const tag = reader.u8();
    if (kindOf[tag] === kind.list) {
      const list: unknown[] = [];
      const set = new Set<unknown>();
      readElements(reader, tag, read, list, set);
      for (const each of list) set.add(each);
      return set;
    }
    if (tag === nullTag) return null;
    const other = readOther(reader, tag, element, javaName);
    return other instanceof Set ? other : new Set(other);
  };
}

/**
 * `java.util.List<T>`: an array. A Set may be passed as well.
 *
 * @param javaName the class or interface that Java declares, if it is another one; a class is what Java will get
 */
export function list<T extends AnyJavaType, const Name extends string = "java.util.List">(
  of: T,
  javaName: Name = "java.util.List" as Name,
): JavaType<ListInput<InputOf<T>>, TypeOf<T>[], Name> {
  const element = boxedType(of);
  return Object.freeze<JavaType<ListInput<InputOf<T>>, TypeOf<T>[], Name>>({
    javaName,
    elementName: javaName,
    zero: null,
    write: listWriter(javaName, untyped.has(javaName) ? undefined : javaName, element),
    read: listReader(javaName, element) as () => TypeOf<T>[],
    accepts: isList,
    parts: () => [element],
  });
}

/** `java.util.Collection<T>`: an array. */
export function collection<T extends AnyJavaType>(
  element: T,
): JavaType<ListInput<InputOf<T>>, TypeOf<T>[], "java.util.Collection"> {
  return list(element, "java.util.Collection");
}

/** What Java gets where an interface is declared. */
const setClasses: Readonly<Record<string, string>> = {
  "java.util.Set": "java.util.HashSet",
  "java.util.AbstractSet": "java.util.HashSet",
  "java.util.SortedSet": "java.util.TreeSet",
  "java.util.NavigableSet": "java.util.TreeSet",
};

/**
 * `java.util.Set<T>`: a Set. An array may be passed as well.
 *
 * @param javaName as in `list`
 */
export function set<T extends AnyJavaType, const Name extends string = "java.util.Set">(
  of: T,
  javaName: Name = "java.util.Set" as Name,
): JavaType<ListInput<InputOf<T>>, Set<TypeOf<T>>, Name> {
  const element = boxedType(of);
  return Object.freeze<JavaType<ListInput<InputOf<T>>, Set<TypeOf<T>>, Name>>({
    javaName,
    elementName: javaName,
    zero: null,
    write: listWriter(javaName, setClasses[javaName] ?? javaName, element),
    read: setReader(javaName, element) as () => Set<TypeOf<T>>,
    accepts: isList,
    parts: () => [element],
  });
}
