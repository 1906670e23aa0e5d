import assert from "node:assert/strict";
import { test } from "node:test";
import { seconds } from "./deadline.ts";
import { createProgress } from "./progress.ts";

function record(isTTY: boolean) {
  const written: string[] = [];
  let now = 0;
  const progress = createProgress({ isTTY, columns: 40, write: (text: string) => written.push(text) }, () => now);
  return { written, progress, advance: (ms: number) => (now += ms) };
}

test("without a terminal there is a line every 10 s with the newest detail, and one at the end", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { written, progress, advance } = record(false);
  const work = Promise.withResolvers<number>();
  const step = progress.step("compiling", (detail) => {
    detail("1 of 9");
    return work.promise;
  });
  advance(10_000);
  t.mock.timers.tick(10_000);
  advance(2500);
  work.resolve(7);
  assert.equal(await step, 7);
  assert.deepEqual(written, ["compiling … 10.0 s, 1 of 9\n", "compiling: done after 12.5 s\n"]);
});

test("on a terminal one line is rewritten and never wraps", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { written, progress } = record(true);
  await progress.step("compiling", async (detail) => {
    detail("x".repeat(100));
    t.mock.timers.tick(200);
  });
  assert.ok(written.every((text) => text.startsWith("\r\x1b[K")));
  assert.equal(written[1]?.length, "\r\x1b[K".length + 39);
});

test("a step that fails says so and passes the error on", async () => {
  const { written, progress } = record(false);
  await assert.rejects(
    progress.step("compiling", async () => {
      throw new Error("no");
    }),
    /no/,
  );
  assert.deepEqual(written, ["compiling: failed after 0 ms\n"]);
});

const rows: readonly (readonly [number, string])[] = [
  [850, "850 ms"],
  [12_345, "12.3 s"],
  [250_000, "4 min 10 s"],
  [11_520_000, "3 h 12 min"],
];
for (const [ms, text] of rows) test(`${ms} ms read as ${text}`, () => assert.equal(seconds(ms), text));
