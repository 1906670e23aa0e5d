/**
 * How many messages go each way. `unary` is one and one.
 */
export type MethodKind = "unary" | "serverStream" | "clientStream" | "bidi";

/**
 * One value to bytes and back. `model` knows no codec: `codec/*` makes them, `protocol/*` uses those of the formats
 * that it can carry.
 *
 * Shape: `encode` never changes its argument; `decode` may keep views on `bytes`, which the caller must not reuse.
 * Errors: `encode` throws INVALID_ARGUMENT `bad-argument` with the path of the wrong part, before any byte leaves;
 * `decode` throws INTERNAL `bad-message` with the byte offset, or RESOURCE_EXHAUSTED `limit` beyond a limit.
 */
export interface Codec<T = unknown> {
  /** Which bytes these are. A protocol refuses a format that it cannot carry. */
  readonly format: "protobuf" | "hessian2";
  encode(value: T): Uint8Array;
  decode(bytes: Uint8Array): T;
}

/** A method of a contract, as the wire and the user see it. */
export interface Method {
  /** The property of the reference and of the implementation: `getOrder`. */
  readonly name: string;
  /** The name on the wire: `GetOrder` for protobuf, `getOrder` for Java. */
  readonly path: string;
  readonly kind: MethodKind;
  /**
   * The Java parameter types as `Class.getName()` gives them (`int`, `java.lang.String`, `[I`). If set, the message of
   * a request is the array of arguments; if not, the message is the one argument.
   */
  readonly javaTypes?: readonly string[];
  /** The Java return type, same form. */
  readonly returnType?: string;
  /** Whether a repeated call does no harm, so that a failed one may be tried again. */
  readonly idempotent: boolean;
  /** Whether nobody waits for an answer: a call is over when it is sent (Dubbo's `return=false`). Dubbo2 only. */
  readonly oneWay?: boolean;
  readonly request: Codec;
  readonly response: Codec;
  /** Exceptions, for protocols that carry them as values. */
  readonly exception?: Codec<Error>;
}

/**
 * Dubbo's own methods of every Java interface, by which callers reach it that have no contract: `$invoke`,
 * `$invokeAsync` and `$echo`. What travels are maps, lists and plain values; `arguments` and `result` stand between those
 * and what the methods of the contract take and give.
 *
 * Source: org.apache.dubbo.rpc.filter.GenericFilter, org.apache.dubbo.common.utils.PojoUtils, 3.3.
 */
export interface GenericMethods {
  /** By name on the wire. The message of `$invoke` is `[name, types, values]`, that of `$echo` `[value]`. */
  readonly methods: ReadonlyMap<string, Method>;
  /**
   * The arguments of `method`, as its implementation gets them.
   *
   * @param mode the attachment `generic`: "true", "raw.return", "bean", "gson"
   * Errors: INVALID_ARGUMENT `bad-argument`; UNIMPLEMENTED `unsupported` for another mode.
   */
  arguments(method: Method, values: readonly unknown[], mode: string): readonly unknown[];
  /** What `$invoke` answers for what the implementation of `method` gave. */
  result(method: Method, value: unknown, mode: string): unknown;
}

/** The Java exception classes that a contract declares. */
export interface ExceptionType {
  readonly javaClass: string;
  is(error: unknown): boolean;
}

/**
 * The signatures of a contract, for the compiler only: method name to function.
 */
export type Shape = Readonly<Record<string, unknown>>;

/**
 * A service as a value: from a protobuf `GenService` or from `kubbo/java`, both end here.
 *
 * @typeParam S what a consumer calls, for the compiler only.
 * @typeParam H what a provider implements, for the compiler only.
 */
export interface Contract<S extends Shape = Shape, H extends Shape = Shape> {
  readonly interface: string;
  /** By `Method.name`, in the order of declaration. */
  readonly methods: ReadonlyMap<string, Method>;
  readonly exceptions: readonly ExceptionType[];
  /** For contracts of Java interfaces; made when first asked for. */
  readonly generic?: () => GenericMethods;
  /** Never set: carries the types. */
  readonly shapes?: { readonly consumer: S; readonly provider: H };
}
