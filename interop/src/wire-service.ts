import { type ProviderOf, RpcError } from "kubbo";
import { javaException } from "kubbo/java";
import type { Types } from "./contracts/types.ts";
import { Types as TypesContract } from "./contracts/types.ts";
import { Fault, type Wire } from "./contracts/wire.ts";

// The twins of Provider.types() and WireReference.java.

export const typesService = Object.fromEntries(
  [...TypesContract.methods.keys()].map((name) => [name, (value: unknown) => value]),
) as unknown as ProviderOf<typeof Types>;

const IllegalState = javaException("java.lang.IllegalStateException", {});
const IllegalArgument = javaException("java.lang.IllegalArgumentException", {});

export function wireService(): ProviderOf<typeof Wire> {
  const notes: string[] = [];
  return {
    text: (value) => value,
    fail(kind, message) {
      switch (kind) {
        case "fault":
          throw Fault.create({ code: 7 }, message, { cause: IllegalState.create({}, "cause") });
        case "runtime":
          throw IllegalArgument.create({}, message);
        case "plain":
          throw new Error(message);
        default:
          return kind;
      }
    },
    attachments(context) {
      context.responseAttachments["wire-answer"] = "yes";
      return new Map(Object.entries(context.attachments).map(([key, value]) => [key, String(value)]));
    },
    sleep: (delayMs, context) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => resolve("slept"), delayMs);
        context.signal.addEventListener("abort", () => {
          clearTimeout(timer);
          reject(RpcError.from(context.signal.reason));
        });
      }),
    bytes: (length) => new Uint8Array(length),
    note: (text) => void notes.push(text),
    notes: () => notes,
    later: (value) => value,
    next: (item) => ({ ...item, count: item.count + 1 }),
  };
}
