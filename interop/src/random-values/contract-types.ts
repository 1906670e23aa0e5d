// The declarations of kubbo/java for a contract.

import {
  type AnyJavaType,
  array,
  type codecOf,
  javaClass,
  javaEnum,
  javaException,
  list,
  map,
  object,
  set,
  throwable,
} from "kubbo/java";
import { scalars } from "./scalars.ts";
import { type Contract, classOf, declarationOf, isSet, type Shape, shapeKey, withArgument } from "./shape.ts";

type ClassOptions = NonNullable<Parameters<typeof javaClass>[2]>;
type ExceptionOptions = NonNullable<Parameters<typeof javaException>[2]>;
export type ExceptionOf = ReturnType<typeof javaException>;

export class ContractTypes {
  readonly contract: Contract;
  readonly packageName: string;
  readonly #types = new Map<string, AnyJavaType>();
  readonly #shapes = new Map<unknown, Shape>();

  constructor(contract: Contract, packageName: string) {
    this.contract = contract;
    this.packageName = packageName;
  }

  /** What a codec of the contract knows beside its root. */
  get codecOptions(): NonNullable<Parameters<typeof codecOf>[1]> {
    const named = this.contract.declarations.filter((each) => each.t === "enum" || !each.generic);
    return { classes: named.map((each) => this.typeOf(this.shapeOfName(each.name))) };
  }

  className(name: string): string {
    return `${this.packageName}.${name}`;
  }

  /** Of a class with or without its package. Generic ones have no shape by name. */
  shapeOfName(javaName: string): Shape {
    const name = javaName.startsWith(this.packageName) ? javaName.slice(this.packageName.length + 1) : javaName;
    const { t } = declarationOf(this.contract, name);
    return { t: t === "enum" || t === "exception" ? t : "class", name };
  }

  /** Of a type that `typeOf` gave. */
  shapeOf(type: unknown): Shape | undefined {
    return this.#shapes.get(type);
  }

  exceptionOf(name: string): ExceptionOf {
    return this.typeOf({ t: "exception", name }) as never;
  }

  typeOf(shape: Shape): AnyJavaType {
    const key = shapeKey(shape);
    const known = this.#types.get(key);
    if (known) return known;
    const type = this.#make(shape);
    this.#types.set(key, type);
    if (!this.#shapes.has(type)) this.#shapes.set(type, shape);
    return type;
  }

  #make(shape: Shape): AnyJavaType {
    switch (shape.t) {
      case "scalar":
        return scalars[shape.name].type;
      case "object":
        return object;
      case "array":
        return array(this.typeOf(shape.of));
      case "collection":
        return isSet(shape.javaName)
          ? set(this.typeOf(shape.of), shape.javaName)
          : list(this.typeOf(shape.of), shape.javaName);
      case "map":
        return map(this.typeOf(shape.key), this.typeOf(shape.value), shape.javaName);
      case "enum": {
        const declaration = declarationOf(this.contract, shape.name);
        return javaEnum(this.className(shape.name), declaration.t === "enum" ? declaration.values : []);
      }
      case "class":
        return javaClass(this.className(shape.name), this.#fields(shape.name, shape.arg), this.#extends(shape.name));
      case "exception":
        return javaException(
          this.className(shape.name),
          this.#fields(shape.name, undefined),
          this.#extends(shape.name),
        );
      case "throwable":
        return throwable;
      case "parameter":
        throw new Error("a type parameter outside of its class");
      default:
        return shape satisfies never;
    }
  }

  /** With getters, since classes refer to one another in circles. */
  #fields(name: string, arg: Shape | undefined): object {
    const fields = {};
    for (const field of classOf(this.contract, name).fields) {
      const get = () => this.typeOf(withArgument(field.shape, arg));
      Object.defineProperty(fields, field.name, { get, enumerable: true });
    }
    return fields;
  }

  #extends(name: string): ClassOptions & ExceptionOptions {
    const { superclass } = classOf(this.contract, name);
    return superclass === undefined ? {} : { extends: this.typeOf(this.shapeOfName(superclass)) as never };
  }
}
