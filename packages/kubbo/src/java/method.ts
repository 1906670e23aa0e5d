import type { HandlerContext } from "../model/handler.ts";
import type { AnyJavaExceptionType } from "./exception-type.ts";
import type { AnyJavaType, InputOf, TypeOf } from "./java-type.ts";

export interface JavaMethodOptions {
  /** Exceptions that Java declares in `throws`, or that its callers know all the same: they travel with their fields. */
  readonly throws?: readonly AnyJavaExceptionType[];
  /** Whether a repeated call does no harm, so that a failed one may be tried again. Default false. */
  readonly idempotent?: boolean;
  /** Sends without waiting: the promise resolves when the request is on its way, and no error comes. Default false. */
  readonly oneWay?: boolean;
  /** Names of the parameters, for errors. Default: by their classes (`order`), else `arg0`. */
  readonly names?: readonly string[];
}

/** A method of a Java interface as it is declared here. */
export interface JavaMethod<P extends readonly AnyJavaType[], R extends AnyJavaType> {
  readonly params: P;
  readonly result: R;
  readonly options: JavaMethodOptions;
}

export type AnyJavaMethod = JavaMethod<readonly AnyJavaType[], AnyJavaType>;

/**
 * A method: `method([long], Order, { throws: [OutOfStock], idempotent: true })` for
 * `Order getOrder(long id) throws OutOfStock`.
 */
export function method<const P extends readonly AnyJavaType[], R extends AnyJavaType>(
  params: P,
  result: R,
  options: JavaMethodOptions = {},
): JavaMethod<P, R> {
  return Object.freeze({ params, result, options });
}

/** What a caller passes. */
export type Inputs<P extends readonly AnyJavaType[]> = { -readonly [I in keyof P]: InputOf<P[I]> };

/** What a handler gets. */
export type Outputs<P extends readonly AnyJavaType[]> = { -readonly [I in keyof P]: TypeOf<P[I]> };

/** A method as its consumer calls it. */
export type Caller<M> = M extends JavaMethod<infer P, infer R> ? (...args: Inputs<P>) => Promise<TypeOf<R>> : never;

/** A method as its provider implements it. */
export type Handler<M> =
  M extends JavaMethod<infer P, infer R>
    ? (...args: [...Outputs<P>, ctx: HandlerContext]) => InputOf<R> | Promise<InputOf<R>>
    : never;

/** `java.lang.String,int`: the parameters in the name of an overload. */
type TypeList<P extends readonly AnyJavaType[]> = P extends readonly []
  ? ""
  : P extends readonly [infer Only extends AnyJavaType]
    ? Only["javaName"]
    : P extends readonly [infer First extends AnyJavaType, ...infer Rest extends readonly AnyJavaType[]]
      ? `${First["javaName"]},${TypeList<Rest>}`
      : string;

/** `find(java.lang.String,int)`: the name of one of several methods that Java calls the same. */
export type OverloadName<Name extends string, M> =
  M extends JavaMethod<infer P, AnyJavaType> ? `${Name}(${TypeList<P>})` : never;

export function overloadName(name: string, params: readonly AnyJavaType[]): string {
  return `${name}(${params.map((type) => type.javaName).join(",")})`;
}
