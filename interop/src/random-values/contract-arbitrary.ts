// Random contracts: enums, classes with superclasses, records, inner and generic classes, exceptions, and a root type.

import fc from "fast-check";
import { scalarNames, scalars } from "./scalars.ts";
import type { ClassDeclaration, Contract, Declaration, EnumDeclaration, FieldShape, Shape } from "./shape.ts";

/** What types may name. */
interface Names {
  readonly enums: readonly string[];
  readonly classes: readonly string[];
  readonly exceptions: readonly string[];
  /** The class with a type parameter. */
  readonly generic: string | undefined;
  /** Whether longs may be declared as numbers, which not every long of Java is. */
  readonly numbers: boolean;
}

const lists = ["java.util.List", "java.util.List", "java.util.List", "java.util.Collection"];
const listClasses = ["java.util.ArrayList", "java.util.LinkedList"];
const sets = ["java.util.Set", "java.util.Set", "java.util.HashSet", "java.util.LinkedHashSet"];
const maps = ["java.util.Map", "java.util.Map", "java.util.HashMap", "java.util.LinkedHashMap"];
const concurrentMaps = ["java.util.concurrent.ConcurrentMap", "java.util.concurrent.ConcurrentHashMap"];
/** Sorted ones, whose elements are comparable and never null. */
const sortedSets = ["java.util.SortedSet", "java.util.TreeSet"];
const sortedMaps = ["java.util.SortedMap", "java.util.TreeMap"];

const scalar = (name: (typeof scalarNames)[number]): Shape => ({ t: "scalar", name });
const named =
  (t: "enum" | "class" | "exception") =>
  (name: string): Shape => ({ t, name });
const objects = scalarNames.filter((name) => !scalars[name].primitive);
const anyObject = fc.constantFrom(...objects).map(scalar);
const isSql = (shape: Shape): boolean => shape.t === "scalar" && /^Sql|^Timestamp/.test(shape.name);
// As a type argument a java.sql type would need to know that it is one: as a field it travels in another form.
const argumentScalar = anyObject.filter((shape) => !isSql(shape) && !(shape.t === "scalar" && shape.name === "chars"));
/** @param float Java destroys a float field of a class together with the fields beside it */
const anyPrimitive = ({ numbers }: Names, float: boolean): fc.Arbitrary<Shape> =>
  fc
    .constantFrom(...scalarNames.filter((name) => scalars[name].primitive))
    .filter((name) => (float || name !== "float") && (numbers || name !== "longAsNumber"))
    .map(scalar);
const comparable = fc.constantFrom("String", "Integer", "Long", "LocalDate").map((name) => scalar(name as "String"));

/** Primitive arrays have other forms: `byte[]` is a binary, `char[]` a text. */
const inArray = (shape: Shape): boolean => !(shape.t === "scalar" && (shape.name === "byte" || shape.name === "char"));

/** Types of elements and type arguments. */
function elements(names: Names, depth: number): fc.Arbitrary<Shape> {
  const { enums, classes, exceptions, generic } = names;
  const leaves = [
    { weight: 5, arbitrary: anyObject },
    ...(enums.length > 0 ? [{ weight: 1, arbitrary: fc.constantFrom(...enums).map(named("enum")) }] : []),
    ...(classes.length > 0 ? [{ weight: 4, arbitrary: fc.constantFrom(...classes).map(named("class")) }] : []),
    ...(exceptions.length > 0
      ? [{ weight: 1, arbitrary: fc.constantFrom(...exceptions).map(named("exception")) }]
      : []),
    { weight: 1, arbitrary: fc.constant<Shape>({ t: "object" }) },
    { weight: 1, arbitrary: fc.constant<Shape>({ t: "throwable" }) },
  ];
  if (depth <= 0) return fc.oneof(...leaves);
  const inner = elements(names, depth - 1);
  const arg = fc.oneof(
    argumentScalar,
    ...(classes.length > 0 ? [fc.constantFrom(...classes).map(named("class"))] : []),
  );
  return fc.oneof(
    ...leaves,
    { weight: 3, arbitrary: containers(names, inner) },
    ...(generic === undefined
      ? []
      : [{ weight: 1, arbitrary: arg.map((of): Shape => ({ t: "class", name: generic, arg: of })) }]),
  );
}

function containers(names: Names, inner: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> {
  const keyNames = objects.filter((name) => scalars[name].key);
  const key = fc.oneof(
    fc.constantFrom("String", "Integer", "Long").map((name) => scalar(name as "String")),
    fc.constantFrom(...keyNames).map(scalar),
    ...(names.enums.length > 0 ? [fc.constantFrom(...names.enums).map(named("enum"))] : []),
  );
  const collection = (javaNames: readonly string[], of: fc.Arbitrary<Shape>) =>
    fc
      .tuple(fc.constantFrom(...javaNames), of)
      .map(([javaName, element]): Shape => ({ t: "collection", javaName, of: element }));
  const mapped = (javaNames: readonly string[], keys: fc.Arbitrary<Shape>) =>
    fc
      .tuple(fc.constantFrom(...javaNames), keys, inner)
      .map(([javaName, of, value]): Shape => ({ t: "map", javaName, key: of, value }));
  return fc.oneof(
    { weight: 5, arbitrary: collection(lists, inner) },
    { weight: 1, arbitrary: collection(listClasses, inner) },
    { weight: 3, arbitrary: collection(sets, key) },
    { weight: 1, arbitrary: collection(sortedSets, comparable) },
    { weight: 5, arbitrary: mapped([...maps, ...concurrentMaps], key) },
    { weight: 1, arbitrary: mapped(sortedMaps, comparable) },
    {
      weight: 3,
      arbitrary: fc
        .oneof(inner, anyPrimitive(names, true))
        .filter(inArray)
        .map((of): Shape => ({ t: "array", of })),
    },
  );
}

/** Types of fields, and with `float` of arguments and results. */
function types(names: Names, float: boolean): fc.Arbitrary<Shape> {
  return fc.oneof(
    { weight: 1, arbitrary: anyPrimitive(names, float) },
    { weight: 1, arbitrary: anyObject },
    { weight: 3, arbitrary: elements(names, 3) },
    { weight: 2, arbitrary: containers(names, elements(names, 2)) },
  );
}

/** Names that every object of JavaScript inherits, for the first class. */
const oddNames = ["__proto__", "constructor", "valueOf", "toJSON"];

function fields(names: Names, prefix: string, odd: boolean, generic: boolean): fc.Arbitrary<readonly FieldShape[]> {
  const parameter: Shape = { t: "parameter" };
  const shape = generic
    ? fc.oneof(
        types(names, false),
        fc.constantFrom<Shape>(
          parameter,
          { t: "collection", javaName: "java.util.List", of: parameter },
          { t: "map", javaName: "java.util.Map", key: scalar("String"), value: parameter },
        ),
      )
    : types(names, false);
  return fc
    .array(shape, { maxLength: 7 })
    .map((shapes) =>
      shapes.map((each, i) => ({ name: (odd ? oddNames[i] : undefined) ?? `${prefix}${i}`, shape: each })),
    );
}

const enumOf = (name: string): fc.Arbitrary<EnumDeclaration> =>
  fc
    .tuple(fc.constantFrom(["RED"], ["RED", "GREEN", "BLUE"], ["constructor", "__proto__", "A"]), fc.boolean())
    .map(([values, bodies]) => ({ t: "enum", name, values, bodies }));

function declarationsOf(names: Names, plainClasses: number): fc.Arbitrary<readonly Declaration[]> {
  const plain = names.classes.slice(0, plainClasses).map((name, i) =>
    fc
      .record({ own: fields(names, `a${i}_`, i === 0, false), extend: i === 0 ? fc.constant(false) : fc.boolean() })
      .map(({ own, extend }): ClassDeclaration => {
        const superclass = extend ? names.classes[i - 1] : undefined;
        return { t: "class", name, generic: false, fields: own, ...(superclass !== undefined && { superclass }) };
      }),
  );
  const others = names.classes.slice(plainClasses).map((name) => {
    const outer = name.includes("$") ? name.slice(0, name.indexOf("$")) : undefined;
    return fields(names, `${name.replace("$", "_")}_`, false, false).map((own): ClassDeclaration => {
      // A record of Java does not take a plain date for a java.sql type, which any other class wants.
      if (outer === undefined)
        return { t: "record", name, generic: false, fields: own.filter((each) => !isSql(each.shape)) };
      const outside: FieldShape = { name: "this$0", shape: { t: "class", name: outer } };
      return { t: "inner", name, outer, generic: false, fields: [...own, outside] };
    });
  });
  const generic = names.generic;
  const page =
    generic === undefined
      ? []
      : [
          fields(names, "g", false, true).map(
            (own): ClassDeclaration => ({ t: "class", name: generic, generic: true, fields: own }),
          ),
        ];
  const exceptions = names.exceptions.map((name, i) =>
    fields(names, `e${i}_`, false, false).map((own): ClassDeclaration => {
      const superclass = i > 0 ? names.exceptions[i - 1] : undefined;
      return { t: "exception", name, generic: false, fields: own, ...(superclass !== undefined && { superclass }) };
    }),
  );
  return fc.tuple(...names.enums.map(enumOf), ...plain, ...others, ...page, ...exceptions) as fc.Arbitrary<
    Declaration[]
  >;
}

/** @param numbers whether longs may be declared as numbers; only for values that are made here */
function contractsWith(numbers: boolean): fc.Arbitrary<Contract> {
  return fc
    .record({
      enums: fc.subarray(["Color", "Mode"]),
      plain: fc.integer({ min: 1, max: 3 }),
      record: fc.boolean(),
      inner: fc.boolean(),
      generic: fc.boolean(),
      exceptions: fc.nat(2),
    })
    .chain(({ enums, plain, record, inner, generic, exceptions }) => {
      const names: Names = {
        enums,
        classes: [
          ...Array.from({ length: plain }, (_, i) => `Item${i}`),
          ...(record ? ["Point"] : []),
          ...(inner ? ["Item0$Inner"] : []),
        ],
        exceptions: ["Fault", "WorseFault"].slice(0, exceptions),
        generic: generic ? "Page" : undefined,
        numbers,
      };
      return fc.record({ declarations: declarationsOf(names, plain), root: types(names, true) });
    });
}

/** For values that are made here. */
export const contracts: fc.Arbitrary<Contract> = contractsWith(true);
/** For values that Java makes. */
export const javaContracts: fc.Arbitrary<Contract> = contractsWith(false);
