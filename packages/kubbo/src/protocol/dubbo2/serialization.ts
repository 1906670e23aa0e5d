import { RpcError } from "../../model/rpc-error.ts";
import { flags, hessian2Id } from "./frame.ts";

/** Names of the ids that peers may send. Source: org.apache.dubbo.common.serialize.Constants, 3.3. */
const names: Readonly<Record<number, string>> = {
  2: "hessian2",
  3: "java",
  4: "compactedjava",
  6: "fastjson",
  7: "nativejava",
  8: "kryo",
  9: "fst",
  10: "native-hessian",
  11: "avro",
  12: "protostuff",
  16: "gson",
  18: "jackson",
  21: "protobuf-json",
  22: "protobuf",
  23: "fastjson2",
  25: "kryo2",
  27: "msgpack",
  28: "fury",
  31: "custom-msgpack",
};

/**
 * Errors: UNIMPLEMENTED `unsupported` for a body that is not Hessian2, with what to set at the peer. Dubbo Java says
 * nothing to such a request, and its caller waits for a timeout.
 */
export function checkSerialization(frameFlags: number): void {
  const id = frameFlags & flags.serialization;
  if (id === hessian2Id) return;
  const name = names[id];
  throw new RpcError(
    "UNIMPLEMENTED",
    "unsupported",
    `serialization ${id}${name ? ` (${name})` : ""} is not supported; set serialization=hessian2 and ` +
      "prefer.serialization=hessian2 at the peer",
    { facts: { serialization: id } },
  );
}
