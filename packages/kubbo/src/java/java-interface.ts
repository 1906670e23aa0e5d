import type { Hessian2Codec } from "../codec/hessian2/codec.ts";
import { parameterDescriptor } from "../codec/hessian2/descriptor.ts";
import { type Hessian2Limits, resolveLimits } from "../codec/hessian2/limits.ts";
import type { Contract, GenericMethods, Method } from "../model/contract.ts";
import { RpcError } from "../model/rpc-error.ts";
import { createServiceKey } from "../model/service-key.ts";
import { genericMethods } from "./generic.ts";
import type { AnyJavaType } from "./java-type.ts";
import { knownClasses } from "./known-classes.ts";
import { type AnyJavaMethod, type Caller, type Handler, type OverloadName, overloadName } from "./method.ts";
import { chooseOverload } from "./overload.ts";
import { throwable } from "./throwable.ts";
import { type ArgumentsCodec, argumentsCodec, type CodecContext, simpleName, typeCodec } from "./type-codec.ts";

/** The methods of an interface by name; an array holds the overloads of one name. */
export type JavaMethods = Readonly<Record<string, AnyJavaMethod | readonly AnyJavaMethod[]>>;

type Intersection<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;

/** Full name and method of every overload, as pairs. */
type Overload<M> = {
  [K in keyof M & string]: M[K] extends readonly (infer Each)[]
    ? Each extends unknown
      ? readonly [OverloadName<K, Each>, Each]
      : never
    : never;
}[keyof M & string];

/** What a consumer calls. Overloads stand under their common name, and each under its full one. */
export type JavaConsumer<M> = {
  readonly [K in keyof M]: M[K] extends readonly (infer Each)[] ? Intersection<Caller<Each>> : Caller<M[K]>;
} & { readonly [O in Overload<M> as O[0]]: Caller<O[1]> };

/** What a provider implements. Overloads stand under their full names: `"find(java.lang.String)"`. */
export type JavaProvider<M> = {
  readonly [K in keyof M as M[K] extends readonly unknown[] ? never : K]: Handler<M[K]>;
} & { readonly [O in Overload<M> as O[0]]: Handler<O[1]> };

/** A method of a contract that was made here: `protocol/*` finds the codecs that it needs. */
export interface JavaContractMethod extends Method {
  readonly javaTypes: readonly string[];
  readonly returnType: string;
  /** `J[Ljava/lang/String;`: the parameters as Dubbo2 names them. */
  readonly descriptor: string;
  readonly request: ArgumentsCodec;
  readonly response: Hessian2Codec;
  readonly exception: Hessian2Codec<Error>;
}

export interface JavaContract<M> extends Contract<JavaConsumer<M>, JavaProvider<M>> {
  readonly methods: ReadonlyMap<string, JavaContractMethod>;
  /** For each name that has overloads: tells which of them a call means. */
  readonly overloads: ReadonlyMap<string, (args: readonly unknown[]) => JavaContractMethod>;
}

export interface JavaInterfaceOptions {
  /** Classes that the methods do not name: subclasses of those that they do, and classes for places of type Object. */
  readonly types?: readonly AnyJavaType[];
  /** What a message may cost. */
  readonly limits?: Hessian2Limits;
}

/**
 * A Java interface as a contract: `javaInterface("com.acme.OrderService", { getOrder: method([long], Order) })`.
 *
 * Shape: a consumer calls with exactly the Java parameters and gets a promise of the result; a provider's methods get
 * the parameters and a context. All types are compiled here, once.
 * Errors: INVALID_ARGUMENT `bad-contract` for a type that cannot travel, two overloads with the same parameters, or
 * names that do not match the parameters; `bad-interface` for a name that is none.
 */
export function javaInterface<const M extends JavaMethods>(
  interfaceName: string,
  methods: M,
  options: JavaInterfaceOptions = {},
): JavaContract<M> {
  createServiceKey(interfaceName);
  const entries = Object.entries(methods).flatMap(([path, declared]): Entry[] =>
    isOverloaded(declared)
      ? declared.map((each) => ({ path, name: overloadName(path, each.params), declared: each }))
      : [{ path, name: path, declared }],
  );
  const exceptions = [...new Set(entries.flatMap(({ declared }) => declared.options.throws ?? []))];
  const context: CodecContext = {
    classes: knownClasses([
      ...entries.flatMap(({ declared }) => [...declared.params, declared.result]),
      ...exceptions,
      ...(options.types ?? []),
      throwable,
    ]),
    limits: resolveLimits(options.limits, `${interfaceName}: limits`),
  };
  const compiled = new Map<string, Compiled>();
  for (const entry of entries) {
    if (compiled.has(entry.name)) throw badContract(interfaceName, `${entry.name} is declared twice`);
    compiled.set(entry.name, compile(interfaceName, entry, context));
  }
  const overloads = Object.entries(methods)
    .filter(([, declared]) => isOverloaded(declared))
    .map(([path]) => {
      const candidates = [...compiled.values()].filter((each) => each.path === path && each.name !== path);
      return [path, (args: readonly unknown[]) => chooseOverload(path, candidates, args)] as const;
    });
  let generic: GenericMethods | undefined;
  return Object.freeze<JavaContract<M>>({
    interface: interfaceName,
    methods: compiled,
    exceptions: Object.freeze(exceptions),
    generic() {
      generic ??= genericMethods(context);
      return generic;
    },
    overloads: new Map(overloads),
  });
}

/** A declared method and what it is called. */
interface Entry {
  readonly path: string;
  readonly name: string;
  readonly declared: AnyJavaMethod;
}

type Compiled = JavaContractMethod & Entry;

const isOverloaded = (declared: AnyJavaMethod | readonly AnyJavaMethod[]): declared is readonly AnyJavaMethod[] =>
  Array.isArray(declared);

function compile(interfaceName: string, { path, name, declared }: Entry, context: CodecContext): Compiled {
  const { params, result, options } = declared;
  const javaTypes = Object.freeze(params.map((type) => type.javaName));
  const names = options.names ?? parameterNames(params);
  if (names.length !== params.length) {
    throw badContract(interfaceName, `${name} has ${params.length} parameters and ${names.length} names`);
  }
  return Object.freeze<Compiled>({
    name,
    path,
    declared,
    kind: "unary",
    javaTypes,
    returnType: result.javaName,
    descriptor: parameterDescriptor(javaTypes),
    idempotent: options.idempotent ?? false,
    ...(options.oneWay && { oneWay: true }),
    request: argumentsCodec(params, names, context),
    response: typeCodec(result, "result", context),
    exception: typeCodec(throwable as AnyJavaType, "exception", context) as Hessian2Codec<Error>,
  });
}

/** `order` for a parameter of the one class Order; Java does not keep the real names either. */
function parameterNames(params: readonly AnyJavaType[]): readonly string[] {
  return params.map((type, i) => {
    const isOnly = params.filter((each) => each.javaName === type.javaName).length === 1;
    return type.writable && isOnly ? simpleName(type.javaName) : `arg${i}`;
  });
}

function badContract(interfaceName: string, what: string): RpcError {
  return new RpcError("INVALID_ARGUMENT", "bad-contract", `${interfaceName}: ${what}`, {
    facts: { interface: interfaceName },
  });
}
