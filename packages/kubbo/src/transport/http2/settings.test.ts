import assert from "node:assert/strict";
import { test } from "node:test";
import { echoServer } from "../../../test/http2-echo.ts";
import { headers, RawClient, settings, settingsAck } from "../../../test/raw-http2.ts";
import { clientPreface, frameType } from "./frame.ts";
import { applySettings, initialSettings, settingId } from "./settings.ts";

const { headerTableSize, maxConcurrentStreams } = settingId;

const rows: [what: string, values: readonly number[], least: number, last: number][] = [
  ["nothing of the header table", [maxConcurrentStreams, 5], 4096, 4096],
  ["one size", [headerTableSize, 100], 100, 100],
  ["a larger size", [headerTableSize, 9000], 9000, 9000],
  ["0 and back", [headerTableSize, 0, headerTableSize, 4096], 0, 4096],
  ["smaller and smaller", [headerTableSize, 300, headerTableSize, 200], 200, 200],
];
for (const [what, values, least, last] of rows) {
  test(`SETTINGS with ${what} leave a header table of ${last}, at least ${least} on the way`, () => {
    const payload = settings(...values).subarray(9);
    const to = initialSettings();
    assert.equal(applySettings(to, payload, 0, payload.length, false), least);
    assert.equal(to.headerTableSize, last);
  });
}

test("a header table that goes to 0 and back in one SETTINGS is told in the next block, as nghttp2 wants it", async () => {
  await using echo = await echoServer();
  await using client = await RawClient.connect(echo.port, false);
  client.write(clientPreface, settings(headerTableSize, 0, headerTableSize, 4096), settingsAck, headers(1, true));
  const head = await client.find(({ type, streamId }) => type === frameType.headers && streamId === 1);
  // Two updates of the table's size: 0, and 4,096 as 31 + 4,065.
  assert.equal(head?.payload.subarray(0, 4).toString("hex"), "203fe11f");
});
