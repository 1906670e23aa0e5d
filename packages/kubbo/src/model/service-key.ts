import { RpcError } from "./rpc-error.ts";

/**
 * What identifies a Dubbo service: `[group/]interface[:version]`.
 *
 * Normal form: an absent group or version is left out, and so is version `0.0.0`, which Dubbo treats as none.
 * Source: org.apache.dubbo.common.BaseServiceMetadata, 3.3.
 */
export interface ServiceKey {
  /** Java's qualified name (`com.acme.OrderService`) or the protobuf service's full name. */
  readonly interface: string;
  readonly group?: string;
  readonly version?: string;
}

/** Names joined by dots; a name begins with a letter, `_` or `$`. Java allows letters of any script. */
const interfacePattern = /^[\p{L}_$][\p{L}\p{N}_$-]*(\.[\p{L}_$][\p{L}\p{N}_$-]*)*$/u;

/** Group and version end up in paths, labels and comma lists: the characters that separate there are excluded. */
const partPattern = /^[^\s/:,*]+$/;

export interface ServiceKeyParts {
  readonly group?: string | undefined;
  readonly version?: string | undefined;
}

/**
 * Checks the parts and gives the normal form, frozen.
 *
 * Errors: INVALID_ARGUMENT `bad-interface` for a name that neither Java nor protobuf would accept; `bad-service-key`
 * for a group or version with `/`, `:`, `,`, `*` or white space.
 */
export function createServiceKey(interfaceName: string, parts: ServiceKeyParts = {}): ServiceKey {
  if (!interfacePattern.test(interfaceName)) {
    throw new RpcError(
      "INVALID_ARGUMENT",
      "bad-interface",
      `"${interfaceName}" is not an interface name. Expected names joined by dots, as com.acme.OrderService; ` +
        "group and version are given apart from it.",
      { facts: { interface: interfaceName } },
    );
  }
  const group = checkPart("group", parts.group);
  const version = checkPart("version", parts.version);
  return Object.freeze({
    interface: interfaceName,
    ...(group !== undefined && { group }),
    ...(version !== undefined && version !== "0.0.0" && { version }),
  });
}

function checkPart(name: "group" | "version", value: string | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  if (partPattern.test(value)) return value;
  throw new RpcError(
    "INVALID_ARGUMENT",
    "bad-service-key",
    `"${value}" is not a ${name}: it may not contain white space or any of / : , *`,
    { facts: { [name]: value } },
  );
}

/** `[group/]interface[:version]`. */
export function serviceKeyText(key: ServiceKey): string {
  return `${key.group === undefined ? "" : `${key.group}/`}${key.interface}${key.version === undefined ? "" : `:${key.version}`}`;
}
