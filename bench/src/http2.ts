import { type SelfSigned, selfSigned } from "../../packages/kubbo/test/self-signed.ts";
import type { Exchange } from "./http2/exchange.ts";
import type { CarrierName } from "./http2/peer.ts";
import { PeerProcess } from "./http2/peer-process.ts";
import { type Aim, estimate, ratio } from "./ratio.ts";
import { estimateText, figure, type Report, type Table } from "./report.ts";
import { measure, type RoundOptions } from "./rounds.ts";

const own: CarrierName = "kubbo";
const stock: CarrierName = "node:http2";
const tuned: CarrierName = "node:http2, tuned";
const limit: CarrierName = "raw net";
const carriers = [own, stock, tuned, limit];

const kilobyte = 1024;

const exchanges: readonly (readonly [name: string, exchange: Exchange])[] = [
  ...[100, 1.5 * kilobyte].flatMap((bytes) =>
    [1, 64, 256].map(
      (concurrent) =>
        [`${bytes} bytes there and back, ${concurrent} at once`, { t: "unary", bytes, concurrent }] as const,
    ),
  ),
  ["10,000 messages of 100 bytes on one stream", { t: "stream", frames: 10_000 }],
  ["1 MiB there and back, 4 at once", { t: "unary", bytes: kilobyte ** 2, concurrent: 4 }],
];

/** A client and a server that talk in one way. */
interface Pair {
  readonly carrier: CarrierName;
  readonly client: PeerProcess;
  readonly server: PeerProcess;
}

async function openPair(carrier: CarrierName, tls: SelfSigned | undefined): Promise<Pair> {
  const suffix = `${carrier} ${tls ? "tls" : "h2c"}`;
  const server = new PeerProcess(`${suffix} server`);
  const client = new PeerProcess(`${suffix} client`);
  const port = await server.order({ t: "serve", carrier, tls });
  await client.order({ t: "connect", carrier, tls, port });
  return { carrier, client, server };
}

async function cpuMicros({ client, server }: Pair): Promise<number> {
  return (await client.order({ t: "cpu" })) + (await server.order({ t: "cpu" }));
}

interface Measured {
  readonly table: Table;
  readonly aims: readonly Aim[];
}

async function compare(
  name: string,
  exchange: Exchange,
  pairs: readonly Pair[],
  secure: boolean,
  options: RoundOptions,
): Promise<Measured> {
  const cpu = new Map(carriers.map((carrier) => [carrier, { micros: 0, count: 0 }]));
  const times = await measure(
    pairs.map((pair) => ({
      name: pair.carrier,
      async run(count: number) {
        const before = await cpuMicros(pair);
        await pair.client.order({ t: "run", exchange, count });
        const used = cpu.get(pair.carrier);
        if (!used) return;
        used.micros += (await cpuMicros(pair)) - before;
        used.count += count;
      },
    })),
    options,
  );
  // Times per operation: how many times faster is the peer's time over ours.
  const faster = (carrier: CarrierName, than: CarrierName) => ratio(times.get(than) ?? [], times.get(carrier) ?? []);
  const where = secure ? "TLS" : "h2c";
  const unary100 = exchange.t === "unary" && exchange.bytes === 100 && exchange.concurrent === 64;
  const aims: Aim[] = [
    { what: `${where}, ${name}: kubbo as fast as node:http2`, ratio: faster(own, stock), atLeast: 1 },
    { what: `${where}, ${name}: kubbo as fast as node:http2, tuned`, ratio: faster(own, tuned), atLeast: 1 },
  ];
  if (unary100) {
    aims.push({
      what: `${where}, ${name}: kubbo / node:http2`,
      ratio: faster(own, stock),
      atLeast: secure ? 4 : 8,
    });
    if (!secure) aims.push({ what: `${where}, ${name}: kubbo / raw net`, ratio: faster(own, limit), atLeast: 0.35 });
  }
  const rows = carriers.map((carrier) => {
    const used = cpu.get(carrier);
    return [
      carrier,
      figure(1e6 / estimate(times.get(carrier) ?? []).median),
      estimateText(faster(carrier, stock)),
      estimateText(faster(carrier, limit)),
      figure((used?.micros ?? 0) / (used?.count ?? 1)),
    ];
  });
  return {
    table: {
      title: `${where}: ${name}`,
      rows: [["", "per second", "/ node:http2", `/ ${limit}`, "CPU µs, both ends"], ...rows],
    },
    aims,
  };
}

/** Our HTTP/2 beside node:http2 and bare sockets: client and server in processes of their own, one connection each. */
export async function http2(options: RoundOptions): Promise<Report> {
  const tables: Table[] = [];
  const aims: Aim[] = [];
  const only = process.env["KUBBO_BENCH_ONLY"];
  for (const tls of [undefined, selfSigned()]) {
    const pairs: Pair[] = [];
    for (const carrier of carriers) pairs.push(await openPair(carrier, tls));
    for (const [name, exchange] of exchanges) {
      if (only !== undefined && !`${tls ? "tls" : "h2c"} ${name}`.includes(only)) continue;
      const measured = await compare(name, exchange, pairs, tls !== undefined, { ...options, roundMs: 250 });
      tables.push(measured.table);
      aims.push(...measured.aims);
    }
    for (const { client, server } of pairs) await Promise.all([client.end(), server.end()]);
  }
  return {
    title: "HTTP/2 and its peers",
    intro:
      "Requests with a body, responses with a body and trailers, without anything of RPC above them. Client and server\n" +
      "are processes of their own on the same machine, with one connection; the rows take turns. `raw net` are frames of\n" +
      "12 bytes of head over bare sockets, written together at the end of a turn: the limit. Tuned: larger windows,\n" +
      "frames and session memory.",
    versions: { nghttp2: process.versions["nghttp2"] ?? "" },
    tables,
    aims,
  };
}
