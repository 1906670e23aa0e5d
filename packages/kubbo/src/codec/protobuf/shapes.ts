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

type ConsumerMethod<D extends ServiceMethods[string]> = (
  request: MessageInitShape<D["input"]>,
  options?: CallOptions,
) => Promise<MessageShape<D["output"]>>;

type ProviderMethod<D extends ServiceMethods[string]> = (
  request: MessageShape<D["input"]>,
  context: HandlerContext,
) => MessageInitShape<D["output"]> | Promise<MessageInitShape<D["output"]>>;

/** Methods of this version: one message each way. */
type Unary<M extends ServiceMethods> = { [K in keyof M as M[K]["methodKind"] extends "unary" ? K : never]: M[K] };

/** What a consumer calls. */
export type ProtobufConsumer<M extends ServiceMethods> = {
  readonly [K in keyof Unary<M>]: ConsumerMethod<Unary<M>[K]>;
};

/** What a provider implements. */
export type ProtobufProvider<M extends ServiceMethods> = {
  readonly [K in keyof Unary<M>]: ProviderMethod<Unary<M>[K]>;
};
