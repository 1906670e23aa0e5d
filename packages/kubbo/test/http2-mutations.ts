import assert from "node:assert/strict";
import { ClientMachine } from "../src/transport/http2/client-machine.ts";
import { defaultLimits } from "../src/transport/http2/limits.ts";
import type { Http2Machine } from "../src/transport/http2/machine.ts";
import { ServerMachine } from "../src/transport/http2/server-machine.ts";
import type { HttpStreamEvents } from "../src/transport/http2/session.ts";
import { type Random, seededRandom } from "../src/util/random.ts";
import { echoHandler } from "./http2-echo.ts";
import { Host, MachinePair } from "./machine-pair.ts";
import { randomHeaderList } from "./random-header-list.ts";
import { requestList } from "./raw-http2.ts";

/** Both directions of a connection with some calls, as they went over the wire. */
function record(random: Random): { readonly toServer: Buffer; readonly toClient: Buffer } {
  const pair = new MachinePair({ handler: echoHandler });
  const sent: Record<"toServer" | "toClient", Buffer[]> = { toServer: [], toClient: [] };
  const listen = (machine: Http2Machine, into: Buffer[]) => {
    const receive = machine.receive.bind(machine);
    machine.receive = (chunk) => {
      into.push(Buffer.from(chunk));
      receive(chunk);
    };
  };
  listen(pair.server, sent.toServer);
  listen(pair.client, sent.toClient);
  const nothing: HttpStreamEvents = { onHead() {}, onData() {}, onEnd() {}, onReset() {} };
  for (let call = 0; call < 4; call++) {
    const more = randomHeaderList(random).filter((_, i, list) => !(list[i & ~1] as string).startsWith(":"));
    const te = more.indexOf("te");
    if (te >= 0) more.splice(te, 2);
    const stream = pair.client.request([...requestList, ...more], false, nothing);
    stream.end(Buffer.alloc(Math.floor(random() * 3000)));
    if (random() < 0.2) stream.reset(8);
    if (random() < 0.2) pair.client.ping();
    pair.settle();
  }
  return { toServer: Buffer.concat(sent.toServer), toClient: Buffer.concat(sent.toClient) };
}

function mutate(bytes: Buffer, random: Random): Buffer {
  const below = (most: number) => Math.floor(random() * most);
  let mutated = Buffer.from(bytes);
  for (let n = 1 + below(4); n > 0; n--) {
    const at = below(mutated.length);
    switch (below(5)) {
      case 0: // a byte
        mutated[at] = below(256);
        break;
      case 1: // a bit
        mutated[at] = (mutated[at] ?? 0) ^ (1 << below(8));
        break;
      case 2: // taken out
        mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(at + 1 + below(20))]);
        break;
      case 3: // twice
        mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(Math.max(0, at - below(60)))]);
        break;
      default: // cut off
        if (random() < 0.2) mutated = mutated.subarray(0, at);
    }
    if (mutated.length === 0) return mutated;
  }
  return mutated;
}

/**
 * Feeds both machines connections that were changed at random.
 *
 * Checked: nothing is thrown; a call of the client settles once; a machine that has ended stays so; what is kept is
 * bounded.
 */
export function runMutations(seed: number, count: number): { readonly faults: number } {
  const random = seededRandom(seed);
  let faults = 0;
  let recorded = record(random);
  const pieces = (machine: Http2Machine, bytes: Buffer) => {
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + 1 + Math.floor(random() * 4000));
      machine.receive(bytes.subarray(at, end));
      if (random() < 0.5) machine.take();
      at = end;
    }
    machine.take();
    machine.tick(2000);
  };
  for (let i = 0; i < count; i++) {
    if (i % 50 === 49) recorded = record(random);
    const serverHost = new Host();
    const server = new ServerMachine({
      host: serverHost,
      limits: defaultLimits,
      peer: "fuzz",
      nowMs: 0,
      handler: echoHandler,
    });
    pieces(server, mutate(recorded.toServer, random));
    assert.equal(server.ended, serverHost.ended !== undefined);
    if (server.ended) faults++;
    else assert.ok(server.activeStreams <= 10);

    const clientHost = new Host();
    const settled: number[] = [];
    const client = new ClientMachine({
      host: clientHost,
      limits: defaultLimits,
      peer: "fuzz",
      nowMs: 0,
      onReady() {},
    });
    for (let call = 0; call < 4; call++) {
      settled[call] = 0;
      const settle = () => {
        settled[call] = (settled[call] ?? 0) + 1;
      };
      client.request(requestList, true, { onHead() {}, onData() {}, onEnd: settle, onReset: settle });
    }
    client.take();
    pieces(client, mutate(recorded.toClient, random));
    if (client.ended) faults++;
    else client.lost(undefined);
    assert.deepEqual(settled, [1, 1, 1, 1]);
  }
  return { faults };
}
