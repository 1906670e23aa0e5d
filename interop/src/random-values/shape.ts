// Declared Java types as data: from one description come the declaration of `kubbo/java`, the Java source, random
// values, and the text that tells two values apart.

import type { ScalarName } from "./scalars.ts";

export type Shape =
  | { readonly t: "scalar"; readonly name: ScalarName }
  | { readonly t: "object" }
  | { readonly t: "array"; readonly of: Shape }
  /** A List, Collection or Set, or a class of them. */
  | { readonly t: "collection"; readonly javaName: string; readonly of: Shape }
  | { readonly t: "map"; readonly javaName: string; readonly key: Shape; readonly value: Shape }
  | { readonly t: "enum"; readonly name: string }
  /** A class of the contract. `arg` is set if and only if the class has a type parameter. */
  | { readonly t: "class"; readonly name: string; readonly arg?: Shape }
  | { readonly t: "exception"; readonly name: string }
  | { readonly t: "throwable" }
  /** The type parameter of the class around. */
  | { readonly t: "parameter" };

export interface FieldShape {
  readonly name: string;
  readonly shape: Shape;
}

export interface EnumDeclaration {
  readonly t: "enum";
  readonly name: string;
  readonly values: readonly string[];
  /** Whether its constants have bodies, and so are of classes of their own. */
  readonly bodies: boolean;
}

export interface ClassDeclaration {
  /** `inner`: not static, in the class `outer`; its last field is `this$0`. */
  readonly t: "class" | "record" | "inner" | "exception";
  /** Without the package; `Outer$Inner`. */
  readonly name: string;
  readonly superclass?: string;
  readonly outer?: string;
  readonly generic: boolean;
  /** Its own ones, without those of the superclass. */
  readonly fields: readonly FieldShape[];
}

export type Declaration = EnumDeclaration | ClassDeclaration;

export interface Contract {
  readonly declarations: readonly Declaration[];
  /** The type of the values. */
  readonly root: Shape;
}

export function declarationOf(contract: Contract, name: string): Declaration {
  const found = contract.declarations.find((each) => each.name === name);
  if (!found) throw new Error(`the contract has no ${name}`);
  return found;
}

export function classOf(contract: Contract, name: string): ClassDeclaration {
  const found = declarationOf(contract, name);
  if (found.t === "enum") throw new Error(`${name} is an enum`);
  return found;
}

/** All fields, inherited ones first. */
export function allFields(contract: Contract, name: string): readonly FieldShape[] {
  const { superclass, fields } = classOf(contract, name);
  return superclass === undefined ? fields : [...allFields(contract, superclass), ...fields];
}

/** The name of a class and of those that extend it. */
export function withSubclasses(contract: Contract, name: string): readonly string[] {
  const direct = contract.declarations.filter((each) => each.t !== "enum" && each.superclass === name);
  return [name, ...direct.flatMap((each) => withSubclasses(contract, each.name))];
}

/** The shape with `arg` in the places of the type parameter. */
export function withArgument(shape: Shape, arg: Shape | undefined): Shape {
  switch (shape.t) {
    case "parameter":
      return arg ?? { t: "object" };
    case "array":
    case "collection":
      return { ...shape, of: withArgument(shape.of, arg) };
    case "map":
      return { ...shape, key: withArgument(shape.key, arg), value: withArgument(shape.value, arg) };
    default:
      return shape;
  }
}

/** Equal for equal shapes. */
export const shapeKey = (shape: Shape): string => JSON.stringify(shape);

export const isSet = (javaName: string): boolean => javaName.endsWith("Set");
