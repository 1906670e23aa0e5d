import assert from "node:assert/strict";
import { test } from "node:test";
import type { Reason } from "../../model/reason.ts";
import { RpcError } from "../../model/rpc-error.ts";
import { errorFromStatus, meanings, statusFromError } from "./status.ts";

const received: [status: number, text: string, code: string, reason: Reason, unprocessed: boolean][] = [
  [25, "x", "INTERNAL", "status", false],
  [30, "x", "DEADLINE_EXCEEDED", "deadline", false],
  [31, "x", "DEADLINE_EXCEEDED", "deadline", false],
  [35, "x", "UNAVAILABLE", "connection-lost", false],
  [40, "x", "INVALID_ARGUMENT", "bad-request", true],
  [50, "x", "INTERNAL", "status", false],
  [60, "x", "UNIMPLEMENTED", "no-service", true],
  [70, "x", "UNKNOWN", "status", false],
  [70, "RemotingException: Not found exported service: a", "UNIMPLEMENTED", "no-service", true],
  [80, "x", "UNKNOWN", "status", false],
  [90, "x", "INTERNAL", "status", false],
  [100, "x", "RESOURCE_EXHAUSTED", "overload", true],
  [77, "x", "UNKNOWN", "status", false],
];

for (const [status, text, code, reason, unprocessed] of received) {
  test(`status ${status} (${text.slice(0, 20)}) is ${code} ${reason}${unprocessed ? ", unprocessed" : ""}`, () => {
    const error = errorFromStatus(status, text, "10.0.0.1:20880");
    assert.deepEqual([error.code, error.reason, error.unprocessed], [code, reason, unprocessed]);
    assert.equal(error.facts["status"], status);
  });
}

const sent: [reason: Reason, status: number][] = [
  ["bad-message", 40],
  ["bad-argument", 40],
  ["bad-interface", 40],
  ["unsupported", 40],
  ["limit", 40],
  ["no-service", 60],
  ["no-method", 60],
  ["deadline", 31],
  ["overload", 100],
  ["drain", 100],
  ["connection-lost", 35],
  ["unknown", 80],
  ["filter-misuse", 80],
];

for (const [reason, status] of sent) {
  test(`${reason} is answered with status ${status}`, () => {
    assert.equal(statusFromError(new RpcError("UNKNOWN", reason, "")), status);
  });
}

test("what a status is answered for comes back as something that may be retried just as well", () => {
  for (const [code, { answers = [], unprocessed = false }] of Object.entries(meanings)) {
    for (const reason of answers) {
      assert.equal(statusFromError(new RpcError("UNKNOWN", reason, "")), Number(code));
      assert.equal(errorFromStatus(Number(code), "", "").unprocessed, unprocessed);
    }
  }
});
