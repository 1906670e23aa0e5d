import { describe } from "../codec/hessian2/describe.ts";
import { badArgument, badMessage, within } from "../codec/hessian2/errors.ts";
import type { Hessian2Reader } from "../codec/hessian2/reader.ts";
import { kind, kindOf, nullTag } from "../codec/hessian2/tags.ts";
import type { Hessian2Writer } from "../codec/hessian2/writer.ts";
import { type AnyJavaType, boxedType, type InputOf, type JavaType, type TypeOf } from "./java-type.ts";

/** What may be passed for a map: a Map, or a plain object where the keys are texts. */
export type MapInput<K, V> =
  | ReadonlyMap<K, V>
  | (Extract<K, string> extends never ? never : { readonly [Key in Extract<K, string>]?: V });

/** What Java gets where an interface is declared; undefined: an untyped map, which is a HashMap. */
const mapClasses: ReadonlyMap<string, string | undefined> = new Map([
  ["java.util.Map", undefined],
  ["java.util.HashMap", undefined],
  ["java.util.AbstractMap", undefined],
  ["java.util.SortedMap", "java.util.TreeMap"],
  ["java.util.NavigableMap", "java.util.TreeMap"],
  ["java.util.concurrent.ConcurrentMap", "java.util.concurrent.ConcurrentHashMap"],
]);

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const keyText = (key: unknown): string => `[${typeof key === "string" ? JSON.stringify(key) : String(key)}]`;

function mapWriter(
  javaName: string,
  wireType: string | undefined,
  key: AnyJavaType,
  value: AnyJavaType,
): (writer: Hessian2Writer, value: unknown) => void {
  const writeKey = key.write;
  const writeValue = value.write;
  return (writer, given) => {
    if (given === null || given === undefined) {
      writer.writeNull();
      return;
    }
    const plain = !(given instanceof Map);
    if (plain && !isPlainObject(given)) throw badArgument(`${javaName} (a Map or a plain object)`, describe(given));
    if (writer.reference(given)) return;
    writer.enter();
    writer.beginMap(wireType);
    for (const [name, item] of plain ? Object.entries(given) : given) {
      // As in JSON: what is undefined in an object is not there.
      if (plain && item === undefined) continue;
      try {
        writeKey(writer, name as never);
        writeValue(writer, item as never);
      } catch (error) {
        throw within(error, keyText(name));
      }
    }
    writer.endMap();
    writer.leave();
  };
}

function mapReader(
  javaName: string,
  key: AnyJavaType,
  value: AnyJavaType,
): (reader: Hessian2Reader) => Map<unknown, unknown> | null {
  const readKey = key.read;
  const readValue = value.read;
  return (reader) => {
    const tag = reader.u8();
    if (tag === nullTag) return null;
    if (kindOf[tag] === kind.reference) {
      const at = reader.at - 1;
      const referent = reader.readReference().value;
      if (referent instanceof Map) return referent;
      throw badMessage(at, javaName, "a reference to something else");
    }
    if (kindOf[tag] !== kind.map) throw reader.wrongTag(javaName);
    reader.enter();
    reader.beginMap(tag);
    const map = new Map<unknown, unknown>();
    reader.addDeclared(map, reader.containerType);
    let name: unknown;
    try {
      while (!reader.takeEnd()) {
        name = undefined;
        name = readKey(reader);
        map.set(name, readValue(reader));
        reader.checkLength(map.size);
      }
    } catch (error) {
      throw within(error, name === undefined ? "[]" : keyText(name));
    }
    reader.leave();
    return map;
  };
}

/**
 * `java.util.Map<K, V>`: a Map. A plain object may be passed as well, where the keys are texts.
 *
 * @param javaName the class or interface that Java declares, if it is another one; a class is what Java will get
 */
export function map<K extends AnyJavaType, V extends AnyJavaType, const Name extends string = "java.util.Map">(
  key: K,
  value: V,
  javaName: Name = "java.util.Map" as Name,
): JavaType<MapInput<InputOf<K>, InputOf<V>>, Map<TypeOf<K>, TypeOf<V>>, Name> {
  const keyType = boxedType(key);
  const valueType = boxedType(value);
  const wireType = mapClasses.has(javaName) ? mapClasses.get(javaName) : javaName;
  return Object.freeze<JavaType<MapInput<InputOf<K>, InputOf<V>>, Map<TypeOf<K>, TypeOf<V>>, Name>>({
    javaName,
    elementName: javaName,
    zero: null,
    write: mapWriter(javaName, wireType, keyType, valueType),
    read: mapReader(javaName, keyType, valueType) as () => Map<TypeOf<K>, TypeOf<V>>,
    accepts: (given) => given === null || given instanceof Map || isPlainObject(given),
    parts: () => [keyType, valueType],
  });
}
