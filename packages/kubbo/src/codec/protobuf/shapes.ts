import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { CallOptions } from "../../model/call-options.ts";
import type { HandlerContext } from "../../model/handler.ts";

/** A generated service's methods by name, as `GenService<…>["method"]` has them. */
export type ServiceMethods = Readonly<
  Record<string, { readonly methodKind: string; readonly input: DescMessage; readonly output: DescMessage }>
>;

/** A value that protoc-gen-es generated for a service. */
export interface TypedService<M extends ServiceMethods = ServiceMethods> {
  readonly kind: "service";
  readonly typeName: string;
  readonly method: M;
}

type ConsumerMethod<D extends ServiceMethods[string]> = D["methodKind"] extends "unary"
  ? (request: MessageInitShape<D["input"]>, options?: CallOptions) => Promise<MessageShape<D["output"]>>
  : never;

type ProviderMethod<D extends ServiceMethods[string]> = D["methodKind"] extends "unary"
  ? (
      request: MessageShape<D["input"]>,
      context: HandlerContext,
    ) => MessageInitShape<D["output"]> | Promise<MessageInitShape<D["output"]>>
  : never;

/** What a consumer calls. Streams have no functions in this version. */
export type ProtobufConsumer<M extends ServiceMethods> = { readonly [K in keyof M]: ConsumerMethod<M[K]> };

/** What a provider implements. */
export type ProtobufProvider<M extends ServiceMethods> = { readonly [K in keyof M]: ProviderMethod<M[K]> };
