import type { Codec, Contract, Method, MethodKind } from "../../model/contract.ts";
import { RpcError } from "../../model/rpc-error.ts";
import { type ProtobufRuntime, protobufRuntime } from "./runtime.ts";

/** What is used of a method's descriptor. Source: `DescMethod` of @bufbuild/protobuf 2. */
interface MethodDescriptor {
  /** As in the .proto file: `GetOrder`. */
  readonly name: string;
  /** As in generated code: `getOrder`. */
  readonly localName: string;
  readonly methodKind: "unary" | "server_streaming" | "client_streaming" | "bidi_streaming";
  readonly input: MessageDescriptor;
  readonly output: MessageDescriptor;
  /** 1 and 2 are NO_SIDE_EFFECTS and IDEMPOTENT. */
  readonly idempotency?: number;
}

interface MessageDescriptor {
  readonly typeName: string;
}

/** What is used of a generated service. Source: `DescService` of @bufbuild/protobuf 2. */
export interface ServiceDescriptor {
  readonly kind: "service";
  readonly typeName: string;
  readonly methods: readonly MethodDescriptor[];
}

const kinds: Readonly<Record<MethodDescriptor["methodKind"], MethodKind>> = {
  unary: "unary",
  server_streaming: "serverStream",
  client_streaming: "clientStream",
  bidi_streaming: "bidi",
};

/** Whether a value is a service that protoc-gen-es generated. */
export function isServiceDescriptor(value: unknown): value is ServiceDescriptor {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "service";
}

const contracts = new WeakMap<ServiceDescriptor, Contract>();

/** The contract of a generated service; the same one every time. */
export function contractFromService(service: ServiceDescriptor): Contract {
  const known = contracts.get(service);
  if (known) return known;
  const runtime = protobufRuntime();
  const methods = new Map(
    service.methods.map((descriptor) => [descriptor.localName, methodFrom(descriptor, runtime)] as const),
  );
  const contract: Contract = Object.freeze({ interface: service.typeName, methods, exceptions: Object.freeze([]) });
  contracts.set(service, contract);
  return contract;
}

function methodFrom(descriptor: MethodDescriptor, runtime: ProtobufRuntime): Method {
  return Object.freeze({
    name: descriptor.localName,
    path: descriptor.name,
    kind: kinds[descriptor.methodKind],
    idempotent: descriptor.idempotency === 1 || descriptor.idempotency === 2,
    request: messageCodec(descriptor.input, runtime),
    response: messageCodec(descriptor.output, runtime),
  });
}

/** Messages and init objects to bytes; bytes to messages. Unknown fields are kept, as protobuf-es does. */
function messageCodec(schema: MessageDescriptor, runtime: ProtobufRuntime): Codec {
  return Object.freeze({
    format: "protobuf",
    encode(value: unknown): Uint8Array {
      try {
        return runtime.toBinary(schema, runtime.create(schema, value));
      } catch (cause) {
        throw new RpcError(
          "INVALID_ARGUMENT",
          "bad-argument",
          `the value is not a ${schema.typeName}: ${cause instanceof Error ? cause.message : cause}`,
          { cause },
        );
      }
    },
    decode(bytes: Uint8Array): unknown {
      try {
        return runtime.fromBinary(schema, bytes);
      } catch (cause) {
        throw new RpcError(
          "INTERNAL",
          "bad-message",
          `${bytes.length} bytes do not decode as ${schema.typeName}: ${cause instanceof Error ? cause.message : cause}`,
          { cause },
        );
      }
    },
  });
}
