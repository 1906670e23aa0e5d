import assert from "node:assert/strict";
import { test } from "node:test";
import type { Code } from "../../model/code.ts";
import type { Method } from "../../model/contract.ts";
import { RpcError } from "../../model/rpc-error.ts";
import { failover } from "./failover.ts";

const rows: [idempotent: boolean, code: Code, unprocessed: boolean, attempt: number, decision: "retry" | "give-up"][] =
  [
    [false, "UNAVAILABLE", true, 1, "retry"],
    [false, "UNIMPLEMENTED", true, 1, "retry"],
    [false, "UNAVAILABLE", true, 2, "give-up"],
    [false, "UNAVAILABLE", false, 1, "give-up"],
    [false, "UNKNOWN", false, 1, "give-up"],
    [true, "UNAVAILABLE", false, 1, "retry"],
    [true, "UNAVAILABLE", false, 2, "retry"],
    [true, "UNAVAILABLE", false, 3, "give-up"],
    [true, "DEADLINE_EXCEEDED", false, 1, "give-up"],
    [true, "UNKNOWN", false, 1, "give-up"],
    [true, "RESOURCE_EXHAUSTED", true, 1, "retry"],
  ];

for (const [idempotent, code, unprocessed, attempt, decision] of rows) {
  const what = `${idempotent ? "idempotent" : "other"} method, ${code}, ${unprocessed ? "unprocessed" : "maybe processed"}`;
  test(`${what}, after attempt ${attempt}: ${decision}`, () => {
    const error = new RpcError(code, "status", "x", { unprocessed });
    assert.equal(failover(error, { idempotent } as Method, attempt, { retries: 2 }), decision);
  });
}
