import type { HandlerContext, ProviderOf } from "kubbo";
import { bytes, int, javaInterface, javaVoid, method, string } from "kubbo/java";

/** A service to be tortured. */
export const Torture = javaInterface("dev.kubbo.test.Torture", {
  text: method([string], string),
  bytes: method([int], bytes),
  sleep: method([int], string),
  note: method([string], javaVoid, { oneWay: true }),
});

/** What came by `note`. */
export const notes: string[] = [];

export const tortured: ProviderOf<typeof Torture> = {
  text: (text) => text,
  bytes: (length) => new Uint8Array(length),
  sleep: (ms, context: HandlerContext) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(`slept ${ms}`), ms);
      context.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(context.signal.reason);
      });
    }),
  note: (text) => void notes.push(text),
};
