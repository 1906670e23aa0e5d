import { deepStrictEqual } from "node:assert/strict";
import { type Client, RpcError } from "kubbo";
import { JavaException, typed } from "kubbo/java";
import { Color, Types } from "./contracts/types.ts";
import { Fault, Wire } from "./contracts/wire.ts";
import { typeSamples } from "./type-samples.ts";

/** A row of the matrix, with this library as the consumer. Throws what is wrong. */
export interface WireCall {
  readonly name: string;
  run(): Promise<void>;
}

const key = { group: "g", version: "1.0.0" } as const;

/** What must hold of an error. */
async function rejects(promise: Promise<unknown>, holds: (error: RpcError) => boolean): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) throw new Error("no error");
  if (!RpcError.is(error) || !holds(error)) throw new Error(`another error: ${String(error)}`);
}

/** Every row of docs/interop.md against a provider of Types and Wire. @param target `static:///host:port` */
export function wireCalls(client: Client, target: string): readonly WireCall[] {
  const types = client.refer(Types, { target, timeoutMs: 5000 }) as unknown as Readonly<
    Record<string, (value: unknown) => Promise<unknown>>
  >;
  const wire = client.refer(Wire, { target, ...key, timeoutMs: 5000 });
  const generic = (mode: "true" | "raw.return" | "bean" | "gson") =>
    client.generic(Wire.interface, { target, ...key, generic: mode, timeoutMs: 5000 });
  const itemTypes = ["dev.kubbo.interop.dubbo2.Item"];
  const item = { class: itemTypes[0], sku: "a", count: 2, color: "RED", tags: ["x"] };
  const isNotFound = ({ reason }: RpcError) => reason === "no-service" || reason === "bad-request";

  const rows: Readonly<Record<string, () => Promise<void>>> = {
    "wire.text": async () => deepStrictEqual(await wire.text("a"), "a"),
    "wire.exception.declared": () =>
      rejects(
        wire.fail("fault", "because"),
        (error) =>
          Fault.is(error) &&
          error.fields.code === 7 &&
          error.javaMessage === "because" &&
          JavaException.is(error.cause) &&
          error.cause.javaClass === "java.lang.IllegalStateException",
      ),
    "wire.exception.runtime": () =>
      rejects(
        wire.fail("runtime", "because"),
        (error) =>
          JavaException.is(error) &&
          error.javaClass === "java.lang.IllegalArgumentException" &&
          error.javaMessage === "because",
      ),
    "wire.exception.plain": () =>
      rejects(
        wire.fail("plain", "because"),
        (error) =>
          JavaException.is(error) &&
          error.javaClass === "java.lang.RuntimeException" &&
          (error.javaMessage ?? "").includes("because"),
      ),
    async "wire.attachments"() {
      const seen = await wire.with({ attachments: { "wire-Key": "v é" } }).attachments();
      deepStrictEqual(seen.get("wire-Key"), "v é");
    },
    async "wire.attachments.answer"() {
      let answer: unknown;
      const onResponse = ({ trailers }: { readonly trailers: Readonly<Record<string, unknown>> }) => {
        answer = trailers["wire-answer"];
      };
      await wire.with({ onResponse }).attachments();
      deepStrictEqual(answer, "yes");
    },
    "wire.timeout": () => rejects(wire.with({ timeoutMs: 200 }).sleep(1500), ({ reason }) => reason === "deadline"),
    async "wire.oneway"() {
      await wire.note("first");
      for (const until = performance.now() + 5000; performance.now() < until; ) {
        if ((await wire.notes()).includes("first")) return;
      }
      throw new Error("not there after 5 s");
    },
    "wire.async": async () => deepStrictEqual(await wire.later("x"), "x"),
    "wire.echo": async () => deepStrictEqual(await generic("true").invoke("$echo", undefined, ["ping"]), "ping"),
    "wire.notFound.version": () =>
      rejects(client.refer(Wire, { target, group: "g", version: "9.9.9" }).text("a"), isNotFound),
    "wire.notFound.group": () =>
      rejects(client.refer(Wire, { target, group: "other", version: "1.0.0" }).text("a"), isNotFound),
    async "wire.answerTooLarge"() {
      // 2.7 says 50 where 3.x says 25.
      await rejects(wire.bytes(9_000_000), ({ message }) => /Data length too large|limit/.test(message));
      deepStrictEqual(await wire.text("after"), "after");
    },
    async "wire.concurrent"() {
      const answers = await Promise.all(Array.from({ length: 150 }, (_, i) => wire.later(`v${i}`)));
      deepStrictEqual(
        answers,
        Array.from({ length: 150 }, (_, i) => `v${i}`),
      );
    },
    async "generic.true"() {
      const answer = (await generic("true").invoke("next", itemTypes, [item])) as Record<string, unknown>;
      deepStrictEqual(
        [answer["class"], answer["sku"], answer["count"], answer["color"], answer["tags"]],
        [item.class, "a", 3, "RED", ["x"]],
      );
    },
    "generic.true.text": async () =>
      deepStrictEqual(await generic("true").invoke("text", ["java.lang.String"], ["t"]), "t"),
    "generic.true.exception": () =>
      rejects(
        generic("true").invoke("fail", ["java.lang.String", "java.lang.String"], ["fault", "because"]),
        (error) => JavaException.is(error) && error.javaClass === Fault.javaClass && error.javaMessage === "because",
      ),
    "generic.true.noMethod": () =>
      rejects(generic("true").invoke("nope", [], []), ({ reason }) => reason !== "deadline"),
    async "generic.bean"() {
      const answer = (await generic("bean").invoke("next", itemTypes, [
        // A descriptor says each type by itself: a text would stay one.
        { ...item, color: typed(Color, "RED") },
      ])) as Record<string, unknown>;
      deepStrictEqual([answer["sku"], answer["count"], answer["color"]], ["a", 3, "RED"]);
    },
    async "generic.raw.return"() {
      const answer = (await generic("raw.return").invoke("next", itemTypes, [item])) as Record<string, unknown>;
      deepStrictEqual([answer["sku"], answer["count"]], ["a", 3]);
    },
    async "generic.gson"() {
      const answer = (await generic("gson").invoke("next", itemTypes, [item])) as Record<string, unknown>;
      deepStrictEqual([answer["sku"], answer["count"]], ["a", 3]);
    },
  };
  return [
    ...Object.entries(typeSamples).map(([name, samples]) => ({
      name: `type.${name}`,
      async run() {
        for (const sample of samples) deepStrictEqual(plain(await types[name]?.(sample)), plain(sample));
      },
    })),
    ...Object.entries(rows).map(([name, run]) => ({ name, run })),
  ];
}

/** Without the marks of classes, and with bytes of one type: what counts is the content. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return new Map([...value].map(([name, each]) => [name, plain(each)]));
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Set) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

/** The end of one row: undefined is well. */
export async function wrongOf({ run }: WireCall): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
  }
}
