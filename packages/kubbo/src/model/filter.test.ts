import assert from "node:assert/strict";
import { test } from "node:test";
import type { Reply } from "./call.ts";
import { composeFilters } from "./filter.ts";
import { RpcError } from "./rpc-error.ts";

const reply = { headers: {}, message: 1, trailers: Promise.resolve({}) } satisfies Reply;

test("the first filter is outermost, and each may change the call", async () => {
  const seen: string[] = [];
  const run = composeFilters<{ path: string }>(
    [
      async (call, next) => {
        seen.push(`a<${call.path}`);
        const result = await next({ path: `${call.path}a` });
        seen.push("a>");
        return result;
      },
      async (call, next) => {
        seen.push(`b<${call.path}`);
        const result = await next({ path: `${call.path}b` });
        seen.push("b>");
        return result;
      },
    ],
    async (call) => {
      seen.push(call.path);
      return reply;
    },
  );
  assert.equal(await run({ path: "" }), reply);
  assert.deepEqual(seen, ["a<", "b<a", "ab", "b>", "a>"]);
});

test("without filters nothing is wrapped", () => {
  const last = async () => reply;
  assert.equal(composeFilters([], last), last);
});

test("a second next() is an error that names the filter", async () => {
  const run = composeFilters<object>(
    [
      async function twice(call, next) {
        await next(call);
        return next(call);
      },
    ],
    async () => reply,
  );
  await assert.rejects(run({}), (error) => {
    assert.ok(RpcError.is(error));
    assert.equal(error.reason, "filter-misuse");
    assert.match(error.message, /twice/);
    return true;
  });
});
