// Hessian2 messages with bytes changed, put in, taken out, cut off: decoded or refused with the library's own errors.

import assert from "node:assert/strict";
import { brokenMessage, decodeBroken } from "../../packages/kubbo/test/hessian2-fuzz.ts";
import { type Inputs, soakOfInputs } from "./lib/inputs.ts";

export const inputs: Inputs = {
  about: "1,000,000 mutated and truncated Hessian2 messages",
  defaultCount: 1_000_000,
  // The largest messages have some thousand bytes, which take microseconds.
  maxInputMs: 5000,
  maxHeapMib: 256,
  maxRssMib: 1024,
  run({ seed, from, count, begin }) {
    let decoded = 0;
    let bytes = 0;
    for (let i = from; i < from + count; i++) {
      begin(i);
      const message = brokenMessage(seed, i);
      bytes += message.length;
      decoded += decodeBroken(message, i);
    }
    if (count >= 1000) assert.ok(decoded > count / 20, `only ${decoded} of ${2 * count} times something was decoded`);
    return `${count} messages, ${bytes} bytes, decoded ${decoded} of ${2 * count} times`;
  },
};

export const soak = soakOfInputs(inputs, import.meta.url);
