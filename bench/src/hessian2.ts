import { createRequire } from "node:module";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { decode, encode, setJavaClass } from "kubbo/hessian2";
import { codecOf } from "kubbo/java";
import protobufjs from "protobufjs";
import { OrderSchema } from "../gen/kubbo/bench/v1/order_pb.ts";
import { createOrder, Item, Order } from "./order/order.ts";
import { orderForHessianJs } from "./order/order-for-hessian-js.ts";
import { type Estimate, estimate, ratio } from "./ratio.ts";
import { estimateText, figure, type Report } from "./report.ts";
import { measure, type RoundOptions, type Row } from "./rounds.ts";
import { installedVersion } from "./version.ts";

/** hessian.js has no types. */
const hessianJs = createRequire(import.meta.url)("hessian.js") as {
  encode(value: unknown, version: "2.0"): Buffer;
  decode(bytes: Buffer, version: "2.0"): unknown;
};

const kubbo = "kubbo, contract";
const without = "kubbo, no contract";

/** One codec: an order as it likes it, and both ways. */
interface Codec {
  readonly name: string;
  encode(): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

function codecs(): readonly Codec[] {
  // As it would come from a database: texts in one piece, not joined ones that are still in two.
  const order = structuredClone(createOrder());
  const declared = codecOf(Order);
  const remembering = setJavaClass(
    { ...order, items: order.items.map((item) => Item.of(item)) },
    "com.acme.bench.Order",
  );

  const json = { ...order, id: Number(order.id), createdAt: Number(order.createdAt) };
  const jsonOrder = { ...json, items: order.items.map((item) => ({ ...item, id: Number(item.id) })) };

  const message = create(OrderSchema, order);

  const root = protobufjs.loadSync("bench/proto/kubbo/bench/v1/order.proto");
  const type = root.lookupType("kubbo.bench.v1.Order");
  const pbjsMessage = type.fromObject(jsonOrder);

  const forHessianJs = orderForHessianJs(order);

  const text = new TextDecoder();
  return [
    { name: kubbo, encode: () => declared.encode(order), decode: (bytes) => declared.decode(bytes) },
    { name: without, encode: () => encode(remembering), decode: (bytes) => decode(bytes) },
    {
      name: "hessian.js",
      encode: () => hessianJs.encode(forHessianJs, "2.0"),
      decode: (bytes) => hessianJs.decode(bytes as Buffer, "2.0"),
    },
    {
      name: "JSON",
      encode: () => Buffer.from(JSON.stringify(jsonOrder)),
      decode: (bytes) => JSON.parse(text.decode(bytes)),
    },
    {
      name: "protobuf-es",
      encode: () => toBinary(OrderSchema, message),
      decode: (bytes) => fromBinary(OrderSchema, bytes),
    },
    { name: "protobufjs", encode: () => type.encode(pbjsMessage).finish(), decode: (bytes) => type.decode(bytes) },
  ];
}

/** Keeps results alive, so that nothing is left out as useless. */
let sink: unknown;

type Times = ReadonlyMap<string, readonly number[]>;

async function timeEncoding(codecs: readonly Codec[], options: RoundOptions): Promise<Times> {
  const rows = codecs.map(
    (codec): Row => ({
      name: codec.name,
      run(count) {
        for (let i = 0; i < count; i++) sink = codec.encode();
      },
    }),
  );
  return measure(rows, options);
}

async function timeDecoding(codecs: readonly Codec[], options: RoundOptions): Promise<Times> {
  const rows = codecs.map((codec): Row => {
    const bytes = codec.encode();
    return {
      name: codec.name,
      run(count) {
        for (let i = 0; i < count; i++) sink = codec.decode(bytes);
      },
    };
  });
  return measure(rows, options);
}

function against(times: Times, name: string, to: string): Estimate {
  return ratio(times.get(name) ?? [], times.get(to) ?? []);
}

/** Codecs both ways, in one process: Hessian2 with and without a contract beside what else carries an order. */
export async function hessian2(options: RoundOptions): Promise<Report> {
  const all = codecs();
  const peers = all.filter(({ name }) => name !== without);
  const own = all.filter(({ name }) => name === kubbo || name === without);
  const encoding = await timeEncoding(peers, options);
  const decoding = await timeDecoding(peers, options);
  // Apart and last: code that has met values of both kinds is slower for either.
  const ownEncoding = await timeEncoding(own, options);
  const ownDecoding = await timeDecoding(own, options);
  if (sink === undefined) throw new Error("nothing was decoded");

  const table = (title: string, rows: readonly Codec[], encode: Times, decode: Times) => ({
    title,
    rows: [
      ["codec", "bytes", "encode µs", "encode / kubbo", "decode µs", "decode / kubbo"],
      ...rows.map((codec) => [
        codec.name,
        String(codec.encode().length),
        figure(estimate(encode.get(codec.name) ?? []).median),
        estimateText(against(encode, codec.name, kubbo)),
        figure(estimate(decode.get(codec.name) ?? []).median),
        estimateText(against(decode, codec.name, kubbo)),
      ]),
    ],
  });
  return {
    title: "Hessian2 and its peers",
    intro:
      "An order of 20 fields with 10 items of 8 fields, encoded and decoded in one process, the codecs in turns. Kubbo's\n" +
      "rows run with all limits on. hessian.js gets values that are wrapped with their Java types beforehand; JSON and\n" +
      "protobufjs carry the longs as numbers.",
    versions: {
      "hessian.js": installedVersion("hessian.js"),
      "protobuf-es": installedVersion("@bufbuild/protobuf"),
      protobufjs: installedVersion("protobufjs"),
    },
    tables: [
      table("One order", peers, encoding, decoding),
      table("One order, without a contract", own, ownEncoding, ownDecoding),
    ],
    aims: [
      { what: "encode: hessian.js / kubbo", ratio: against(encoding, "hessian.js", kubbo), atLeast: 6 },
      { what: "decode: hessian.js / kubbo", ratio: against(decoding, "hessian.js", kubbo), atLeast: 1.8 },
      { what: "decode: kubbo / JSON", ratio: against(decoding, kubbo, "JSON"), atMost: 1.8 },
      { what: "encode: without a contract / with", ratio: against(ownEncoding, without, kubbo), atMost: 3 },
      { what: "decode: without a contract / with", ratio: against(ownDecoding, without, kubbo), atMost: 3 },
    ],
  };
}
