import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { RpcError } from "../../model/rpc-error.ts";

/** The four functions of `@bufbuild/protobuf` that contracts need. */
export interface ProtobufRuntime {
  create(schema: unknown, init?: unknown): unknown;
  toBinary(schema: unknown, message: unknown): Uint8Array;
  fromBinary(schema: unknown, bytes: Uint8Array): unknown;
}

let loaded: ProtobufRuntime | undefined;

/**
 * The protobuf runtime, loaded when the first protobuf contract is used: it is an optional peer, and a program with
 * Java contracts only runs without it. Loaded synchronously, since `refer` and `provide` are (docs/adr/0007).
 *
 * Errors: FAILED_PRECONDITION `missing-peer` if the package is not installed.
 */
export function protobufRuntime(): ProtobufRuntime {
  if (loaded) return loaded;
  try {
    // The ES module, as the generated code of an ESM program has loaded it; `require` of it is synchronous.
    const file = fileURLToPath(import.meta.resolve("@bufbuild/protobuf"));
    loaded = createRequire(import.meta.url)(file) as ProtobufRuntime;
    return loaded;
  } catch (cause) {
    throw new RpcError(
      "FAILED_PRECONDITION",
      "missing-peer",
      "a protobuf contract needs the package @bufbuild/protobuf, which cannot be loaded. Run: npm install @bufbuild/protobuf",
      { cause },
    );
  }
}

/** Takes the runtime from a program that has imported it; a bundler then sees the import. */
export function useProtobufRuntime(runtime: ProtobufRuntime): void {
  loaded = runtime;
}
