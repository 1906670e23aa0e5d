import type { GenericMode } from "../java/generic-client.ts";
import type { JavaContract } from "../java/java-interface.ts";
import { badOption } from "../model/bad-option.ts";
import type { CallOptions } from "../model/call-options.ts";
import { RpcError } from "../model/rpc-error.ts";
import type { ReferenceOptions } from "./options.ts";
import type { Reference } from "./reference.ts";

export type { GenericMode };

export interface GenericOptions extends ReferenceOptions {
  /**
   * How values travel. `"true"`: objects as maps with their class under `class`, both ways. `"raw.return"`: the result
   * as the object itself. `"bean"`: JavaBeanDescriptor. `"gson"`: texts of JSON. Default `"true"`.
   */
  readonly generic?: GenericMode;
}

/** Calls of an interface without a contract for it. */
export interface GenericReference {
  /**
   * Calls a method.
   *
   * @param javaTypes the parameter types, `["long", "java.lang.String[]"]`; undefined where the name is unique
   * @param args plain values; an object of a class that is not the declared one says it: `{ class: "com.acme.Gift" }`
   *
   * Errors: as of any call; an exception of the method is a `JavaException` of its class, without its fields.
   */
  invoke(
    method: string,
    javaTypes: readonly string[] | undefined,
    args: readonly unknown[],
    options?: CallOptions,
  ): Promise<unknown>;
  /** Calls a method that answers a stream. Errors: UNIMPLEMENTED `unsupported` on Dubbo2, which has none. */
  stream(
    method: string,
    javaTypes: readonly string[] | undefined,
    args: readonly unknown[],
    options?: CallOptions,
  ): AsyncIterable<unknown>;
}

const modes: readonly GenericMode[] = ["true", "raw.return", "bean", "gson"];

type Java = typeof import("../java/generic-client.ts");
type GenericContract = ReturnType<Java["genericContract"]>;
type Methods = GenericContract extends JavaContract<infer M> ? JavaContract<M> : never;

/**
 * Makes a generic reference.
 *
 * @param refer makes a reference to the contract, when the first call needs it: the types of Java are loaded then, so
 * that a program that makes no generic calls does not carry them.
 */
export function createGenericReference(
  interfaceName: string,
  { generic: mode = "true" }: GenericOptions,
  refer: (contract: GenericContract) => Reference<Methods>,
): GenericReference {
  if (!modes.includes(mode)) throw badOption("generic", mode, modes.map((each) => `"${each}"`).join(", "));
  let loading: Promise<{ readonly java: Java; readonly reference: Reference<Methods> }> | undefined;
  const load = () => {
    loading ??= import("../java/generic-client.ts").then((java) => ({
      java,
      reference: refer(java.genericContract(interfaceName)),
    }));
    return loading;
  };
  return Object.freeze<GenericReference>({
    async invoke(method, javaTypes, args, options = {}) {
      const { java, reference } = await load();
      const { $invoke, $echo } = reference.with({
        ...options,
        attachments: { ...options.attachments, generic: mode },
      });
      if (method === "$echo") return $echo(args[0]);
      try {
        const values = args.map((value) => java.genericArgument(mode, value));
        return java.genericResult(mode, await $invoke(method, javaTypes ?? null, values));
      } catch (error) {
        throw java.genericError(error);
      }
    },
    stream(method) {
      throw new RpcError(
        "UNIMPLEMENTED",
        "unsupported",
        `${interfaceName}/${method} cannot be called as a stream: Dubbo2 carries no streams`,
        { unprocessed: true },
      );
    },
  });
}
