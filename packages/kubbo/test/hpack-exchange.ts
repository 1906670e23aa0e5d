import assert from "node:assert/strict";
import { connect, createServer, type Http2Server, type IncomingHttpHeaders } from "node:http2";
import type { AddressInfo } from "node:net";
import type { HeaderList, HttpClientSession } from "../src/transport/http2/session.ts";
import { seededRandom } from "../src/util/random.ts";
import { echoServer, exchange, open } from "./http2-echo.ts";
import { randomHeaderList } from "./random-header-list.ts";
import { requestList } from "./raw-http2.ts";

/** Fields of a random list that HTTP lets through, with unique names: node:http2 joins those that come twice. */
function fields(random: () => number): Record<string, string> {
  const list = randomHeaderList(random);
  const kept: Record<string, string> = Object.create(null);
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] as string;
    if (!name.startsWith(":") && name !== "te") kept[name] = list[i + 1] as string;
  }
  return kept;
}

function listOf(record: Readonly<Record<string, string>>): string[] {
  return Object.entries(record).flat();
}

function regular(headers: IncomingHttpHeaders): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith(":") && name !== "te" && name !== "date"),
  );
}

const tableSizes = [0, 64, 500, 4096, 4096, 16_384];

/** Our encoder against Node's decoder, and back: lists go out as requests and return as the heads of responses. */
export async function ourClientToNode(seed: number, count: number): Promise<void> {
  const random = seededRandom(seed);
  const server: Http2Server = createServer();
  let expected: Record<string, string> = {};
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    const seen = regular(headers);
    assert.deepEqual(seen, { ...expected });
    if (random() < 0.02) {
      stream.session?.settings({ headerTableSize: tableSizes[Math.floor(random() * tableSizes.length)] ?? 0 });
    }
    stream.respond({ ":status": 200, ...expected }, { endStream: true, sendDate: false } as object);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const session: HttpClientSession = await open((server.address() as AddressInfo).port);
  for (let i = 0; i < count; i++) {
    expected = fields(random);
    const { head } = await exchange(session, undefined, [...requestList, ...listOf(expected)] as HeaderList);
    const back = Object.fromEntries(
      Array.from({ length: head.length / 2 }, (_, k) => [head[2 * k], head[2 * k + 1]] as const).filter(
        ([name]) => name !== ":status" && name !== "date",
      ),
    );
    assert.deepEqual(back, { ...expected }, `list ${i}`);
  }
  await session.close();
  server.close();
}

/** Node's encoder against our decoder, and back. */
export async function nodeToOurServer(seed: number, count: number): Promise<void> {
  const random = seededRandom(seed);
  await using echo = await echoServer({
    handler(stream, list) {
      stream.respond([":status", "200", ...list.slice(8).filter((_, i, all) => all[i & ~1] !== "te")], true);
      return { onHead() {}, onData() {}, onEnd() {}, onReset() {} };
    },
  });
  const session = connect(`http://127.0.0.1:${echo.port}`);
  for (let i = 0; i < count; i++) {
    if (random() < 0.02) session.settings({ headerTableSize: tableSizes[Math.floor(random() * 4)] ?? 0 });
    const sent = fields(random);
    const headers = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
      const stream = session.request({
        ":method": "POST",
        ":scheme": "http",
        ":path": "/",
        ":authority": "x",
        ...sent,
      });
      stream.on("response", resolve).on("error", reject).resume().end();
    });
    assert.deepEqual(regular(headers), { ...sent }, `list ${i}`);
  }
  await new Promise<void>((resolve) => session.close(resolve));
}
