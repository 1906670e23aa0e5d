import * as runtime from "@bufbuild/protobuf";
import { type AnyContract, type ConsumerOf, type ProviderOf, resolveContract } from "../codec/protobuf/any-contract.ts";
import { type ProtobufRuntime, useProtobufRuntime } from "../codec/protobuf/runtime.ts";
import type { ServiceMethods, TypedService } from "../codec/protobuf/shapes.ts";
import type { Contract, Shape } from "../model/contract.ts";

/**
 * The contract of a service that protoc-gen-es generated.
 *
 * `client.refer` and `server.provide` take the generated service as it is; this is for programs that are bundled
 * (a bundler follows this import, and not the lazy one), or that want to look at the contract.
 */
export function protobuf<M extends ServiceMethods>(
  service: TypedService<M>,
): Contract<ConsumerOf<TypedService<M>> & Shape, ProviderOf<TypedService<M>> & Shape> {
  useProtobufRuntime(runtime as unknown as ProtobufRuntime);
  return resolveContract(service as unknown as AnyContract) as Contract<
    ConsumerOf<TypedService<M>> & Shape,
    ProviderOf<TypedService<M>> & Shape
  >;
}
