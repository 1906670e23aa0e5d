import type { ClassDeclaration, FieldShape, Shape } from "./shape.ts";

/**
 * What Java's reader knows in a place of the type that is declared there. It has the raw class of an argument, a field
 * and an element of an array; of type arguments only boxed primitives, and only those of a field whose type is exactly
 * List, Set or Map. Where it does not know that a Byte is wanted, it makes an Integer: `List<List<Byte>>` has Integers.
 *
 * Source: FieldDeserializer2FactoryUnsafe, RecordDeserializer (hessian-lite 4.0.4).
 */
export interface Place {
  /** Whether the class of this value is known, whatever it is, or if it is that of a boxed primitive. */
  readonly own: "known" | "boxed" | "unknown";
  /** Whether those of its elements are, if it is a collection or map. */
  readonly elements: boolean;
}

/** An argument, a result, an element of an array. */
export const knownPlace: Place = Object.freeze({ own: "known", elements: false });
/** A place where Java knows nothing but Object. */
export const unknownPlace: Place = Object.freeze({ own: "unknown", elements: false });

const honoured = new Set(["java.util.List", "java.util.Set", "java.util.Map"]);

export function placeOfField(declaration: ClassDeclaration, { shape }: FieldShape): Place {
  if (shape.t === "parameter") return unknownPlace;
  if (declaration.t === "record") return knownPlace;
  const isHonoured = (shape.t === "collection" || shape.t === "map") && honoured.has(shape.javaName);
  return { own: "known", elements: isHonoured };
}

/** @param shape the collection or map, as declared */
export const placeOfElement = (place: Place): Place => ({ own: place.elements ? "boxed" : "unknown", elements: false });

/**
 * Whether Java's reader makes an Object[] of an array of these where it does not know that one is wanted: of interfaces,
 * and of types that have a handle or no class of their own on the wire.
 */
export function isLostInArray(shape: Shape): boolean {
  switch (shape.t) {
    case "scalar":
      return ["Locale", "LocalDate", "LocalTime", "LocalDateTime"].includes(shape.name);
    case "collection":
    case "map":
      return /\.(List|Collection|Set|SortedSet|Map|SortedMap|ConcurrentMap)$/.test(shape.javaName);
    case "array":
      return isLostInArray(shape.of);
    default:
      return shape.t === "throwable";
  }
}

/** Whether the argument is a type parameter: Java does not know then what it stands for. */
export const isParameter = (shape: Shape): boolean => shape.t === "parameter";
