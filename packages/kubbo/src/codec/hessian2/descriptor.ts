/** The letters of the primitive types in descriptors, and in names of arrays. Source: `Class.getName()`. */
export const primitiveLetters = {
  boolean: "Z",
  byte: "B",
  char: "C",
  short: "S",
  int: "I",
  long: "J",
  float: "F",
  double: "D",
} as const;

const letters: Readonly<Record<string, string>> = { ...primitiveLetters, void: "V" };

/** The name of an array of a type: `int` -> `[I`, `com.acme.Item` -> `[Lcom.acme.Item;`, `[I` -> `[[I`. */
export function arrayNameOf(javaType: string): string {
  if (Object.hasOwn(primitiveLetters, javaType)) return `[${letters[javaType]}`;
  return javaType.startsWith("[") ? `[${javaType}` : `[L${javaType};`;
}

/**
 * The descriptor of parameters as Dubbo2 sends it: `J[Ljava/lang/String;Ljava/util/Map;` for
 * `(long, String[], Map)`.
 *
 * @param javaTypes as `Class.getName()` gives them
 * Source: org.apache.dubbo.common.utils.ReflectUtils.getDesc, 3.3.
 */
export function parameterDescriptor(javaTypes: readonly string[]): string {
  return javaTypes.map(typeDescriptor).join("");
}

function typeDescriptor(javaType: string): string {
  if (Object.hasOwn(letters, javaType)) return letters[javaType] as string;
  const path = javaType.replaceAll(".", "/");
  return javaType.startsWith("[") ? path : `L${path};`;
}

const namesOfLetters: ReadonlyMap<string, string> = new Map(
  Object.entries(letters).map(([name, letter]) => [letter, name]),
);

/** One type of a descriptor. */
const typePattern = /\[*(?:[ZBCSIJFDV]|L[^;[]+;)/y;

/** The inverse of `parameterDescriptor`; undefined for what is no descriptor. */
export function parseDescriptor(descriptor: string): readonly string[] | undefined {
  const types: string[] = [];
  typePattern.lastIndex = 0;
  for (let at = 0; at < descriptor.length; at = typePattern.lastIndex) {
    const [found] = typePattern.exec(descriptor) ?? [];
    if (found === undefined) return undefined;
    const name = found.replaceAll("/", ".");
    if (found.startsWith("[")) types.push(name);
    else types.push(namesOfLetters.get(found) ?? name.slice(1, -1));
  }
  return types;
}
