import type { Codec, Contract, Method } from "../../model/contract.ts";
import { RpcError } from "../../model/rpc-error.ts";
import { ByteWriter } from "../../wire/byte-writer.ts";
import type { Implementation } from "../registry.ts";
import type { MetadataInfo, ServiceInfo } from "./info.ts";

// The same metadata for consumers on Triple, in protobuf. Written by hand: the protobuf runtime is an optional peer
// (docs/adr/0007), and this is four messages of which nothing but texts and one number is made.

/** Wire types. Source: protobuf encoding, protobuf.dev/programming-guides/encoding. */
const varintType = 0;
const bytesType = 2;

const out = new ByteWriter();

function varint(value: number): void {
  let rest = value;
  while (rest > 0x7f) {
    out.u8((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  out.u8(rest);
}

/** The bytes of a message of fields; a text that is empty is left out, as protobuf does. */
function message(
  fields: readonly (readonly [number: number, value: string | number | Uint8Array | null])[],
): Uint8Array {
  const encoded = fields.map(
    ([number, value]) => [number, typeof value === "string" ? Buffer.from(value) : value] as const,
  );
  for (const [number, value] of encoded) {
    if (value === null || value === 0 || (value instanceof Buffer && value.length === 0)) continue;
    varint((number << 3) | (typeof value === "number" ? varintType : bytesType));
    if (typeof value === "number") varint(value);
    else {
      varint(value.length);
      out.bytes(value);
    }
  }
  return out.take();
}

const entry = (key: string, value: string | Uint8Array): Uint8Array =>
  message([
    [1, key],
    [2, value],
  ]);

const serviceMessage = ({ name, group, version, protocol, port, path, params }: ServiceInfo): Uint8Array =>
  message([
    [1, name],
    [2, group],
    [3, version],
    [4, protocol],
    [5, port],
    [6, path],
    ...[...params].map(([key, value]): [number, Uint8Array] => [7, entry(key, value)]),
  ]);

/** The bytes of MetadataInfoV2. Source: dubbo-metadata-api/src/main/proto/metadata_service_v2.proto, 3.3. */
export function metadataMessage({ app, revision, services }: MetadataInfo): Uint8Array {
  return message([
    [1, app],
    [2, revision],
    ...[...services].map(([key, service]): [number, Uint8Array] => [3, entry(key, serviceMessage(service))]),
  ]);
}

/** The revision of a MetadataRequest: its only field, number 1. */
function revisionOfRequest(bytes: Uint8Array): string {
  if (bytes.length === 0) return "";
  const length = bytes[1] ?? 0;
  if (bytes[0] !== ((1 << 3) | bytesType) || length > 0x7f || bytes.length !== length + 2) {
    throw new RpcError(
      "INTERNAL",
      "bad-message",
      "byte 0: expected a MetadataRequest with a revision of at most 127 bytes",
    );
  }
  return Buffer.from(bytes.subarray(2)).toString("utf8");
}

const oneWay = (what: string) => (): never => {
  throw new RpcError("UNIMPLEMENTED", "unsupported", `this side of the metadata service ${what}`);
};

const request: Codec = {
  format: "protobuf",
  encode: oneWay("asks nothing"),
  decode: revisionOfRequest,
};
const response: Codec = {
  format: "protobuf",
  encode: (value) => metadataMessage(value as MetadataInfo),
  decode: oneWay("reads no answer"),
};

const getMetadataInfo: Method = Object.freeze({
  name: "getMetadataInfo",
  path: "GetMetadataInfo",
  kind: "unary",
  idempotent: true,
  request,
  response,
});

/** Source: org.apache.dubbo.metadata.MetadataServiceV2, 3.3. */
export const metadataV2Interface = "org.apache.dubbo.metadata.MetadataServiceV2";
export const metadataServiceV2Version = "2.0.0";

export function metadataV2(info: () => MetadataInfo): {
  readonly contract: Contract;
  readonly implementation: Implementation;
} {
  return {
    contract: {
      interface: metadataV2Interface,
      methods: new Map([[getMetadataInfo.name, getMetadataInfo]]),
      exceptions: [],
    },
    implementation: {
      getMetadataInfo: (revision: string) => ({ ...info(), ...(revision !== "" && { revision }) }),
    },
  };
}
