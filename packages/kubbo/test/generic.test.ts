import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient, type ProviderOf, RpcError } from "kubbo";
import {
  array,
  bigDecimal,
  date,
  int,
  JavaException,
  javaClass,
  javaEnum,
  javaException,
  javaInterface,
  javaVoid,
  list,
  localDate,
  long,
  map,
  method,
  nullable,
  object,
  string,
} from "kubbo/java";
import { testServer } from "./echo.ts";

const Color = javaEnum("com.acme.Color", ["RED", "BLUE"]);
const Item = javaClass("com.acme.Item", { sku: string, count: int, color: Color, price: bigDecimal, due: date });
const Gift = javaClass("com.acme.Gift", { note: string }, { extends: Item });
const Box = javaClass("com.acme.Box", {
  id: long,
  items: list(Item),
  byName: map(string, Item),
  get inner() {
    return Box;
  },
});
const Full = javaException("com.acme.Full", { size: int });

const Store = javaInterface(
  "com.acme.Store",
  {
    put: method([Box], Box, { throws: [Full] }),
    first: method([array(Item)], nullable(Item)),
    item: method([Item], Item),
    day: method([localDate], localDate),
    add: method([int, long], long),
    find: [method([string], string), method([int], string)],
    clear: method([], javaVoid),
    any: method([object], object),
  },
  { types: [Gift] },
);

/** What the handlers got. */
const seen: unknown[] = [];

const store: ProviderOf<typeof Store> = {
  put(box) {
    seen.push(box);
    if (box.id < 0n) throw Full.create({ size: 3 }, "no room");
    return box;
  },
  first: (items) => items[0] ?? null,
  item(item) {
    seen.push(item);
    return item;
  },
  day: (day) => day,
  add: (a, b) => BigInt(a) + b,
  "find(java.lang.String)": (name) => `name ${name}`,
  "find(int)": (id) => `id ${id}`,
  clear: () => undefined,
  any: (value) => value,
};

const server = testServer();
const client = createClient({ timeoutMs: 5000 });
let target = "";
before(async () => {
  server.provide(Store, store, { group: "g", version: "1.0.0" });
  target = `static:///127.0.0.1:${(await server.listen()).dubbo}`;
});
after(async () => {
  await client.close();
  await server.close();
});

const generic = (options: object = {}) =>
  client.generic("com.acme.Store", { target, group: "g", version: "1.0.0", ...options });

/** As a Java consumer does it: `$invoke` with the mode in an attachment. */
const GenericService = javaInterface("com.acme.Store", {
  $invoke: method([string, array(string), array(object)], object),
});
const asJava = (mode: string) =>
  client.refer(GenericService, { target, group: "g", version: "1.0.0" }).with({ attachments: { generic: mode } });

test("a generic call takes maps for objects and gives maps with the class of each", async () => {
  seen.length = 0;
  const item = { sku: "a", count: 2, color: "RED", price: "1.10", due: "2024-01-31 12:00:00" };
  const answer = (await generic().invoke(
    "put",
    ["com.acme.Box"],
    [{ class: "com.acme.Box", id: 5n, items: [item], byName: { x: item } }],
  )) as Record<string, unknown>;
  assert.deepEqual(seen, [
    {
      id: 5n,
      items: [{ sku: "a", count: 2, color: "RED", price: "1.10", due: new Date("2024-01-31T12:00:00") }],
      byName: new Map([
        ["x", { sku: "a", count: 2, color: "RED", price: "1.10", due: new Date("2024-01-31T12:00:00") }],
      ]),
      inner: null,
    },
  ]);
  assert.equal(answer["class"], "com.acme.Box");
  assert.equal(answer["id"], 5n);
  const [first] = answer["items"] as Record<string, unknown>[];
  assert.equal(first?.["class"], "com.acme.Item");
  assert.equal(first?.["color"], "RED");
  assert.equal(String(first?.["price"]), "1.10");
});

test("a key class names a subclass; keys that are no fields are left out", async () => {
  seen.length = 0;
  const answer = (await generic().invoke(
    "item",
    ["com.acme.Item"],
    [{ class: "com.acme.Gift", sku: "a", note: "n" }],
  )) as Record<string, unknown>;
  assert.equal((seen[0] as { note?: string }).note, "n");
  assert.equal(answer["class"], "com.acme.Gift");
  const plain = (await generic().invoke("item", ["com.acme.Item"], [{ sku: "b", nonsense: 1 }])) as { sku?: string };
  assert.equal(plain.sku, "b");
});

test("a value that contains itself stays so", async () => {
  const box: Record<string, unknown> = { id: 1n };
  box["inner"] = box;
  const answer = (await generic().invoke("put", ["com.acme.Box"], [box])) as Record<string, unknown>;
  assert.equal(answer["inner"], answer);
});

const calls: [name: string, types: readonly string[] | undefined, args: readonly unknown[], answer: unknown][] = [
  ["find", ["int"], [4], "id 4"],
  ["find", ["java.lang.String"], ["x"], "name x"],
  ["add", ["int", "long"], [1n, 2], 3n],
  ["add", undefined, [1, 2n], 3n],
  ["day", undefined, ["2024-01-31"], "2024-01-31"],
  ["clear", [], [], null],
  ["first", ["com.acme.Item[]"], [[]], null],
  ["any", ["java.lang.Object"], [[1, "a"]], [1, "a"]],
];

for (const [name, types, args, answer] of calls) {
  test(`a generic call by ${types ? types.join() || "no types" : "the name alone"}: ${name}`, async () => {
    assert.deepEqual(await generic().invoke(name, types, args), answer);
  });
}

test("an exception of the method is one of its class, with its text, by way of GenericException", async () => {
  await assert.rejects(generic().invoke("put", ["com.acme.Box"], [{ id: -1n }]), (error) => {
    assert.ok(JavaException.is(error), String(error));
    assert.equal(error.javaClass, "com.acme.Full");
    assert.equal(error.javaMessage, "no room");
    return true;
  });
});

test("what a generic call cannot be is said: a method that is not there, two that fit, a value that does not", async () => {
  const rows: [call: () => Promise<unknown>, says: RegExp][] = [
    [() => generic().invoke("nope", [], []), /status 60.*has no method nope\(\)/],
    [() => generic().invoke("find", undefined, [1]), /has no method find; it has .*find\(int\)/],
    [() => generic().invoke("add", ["int", "long"], ["x", 1]), /arg0: expected int, got string/],
    [() => asJava("nativejava").$invoke("clear", [], []), /mode "nativejava" are not supported/],
  ];
  for (const [call, says] of rows) {
    await assert.rejects(call(), (error) => {
      assert.match(String(error), says);
      return RpcError.is(error);
    });
  }
  assert.throws(() => generic({ generic: "nativejava" }), /generic is "nativejava"; expected "true", "raw.return"/);
  assert.throws(() => generic().stream("find", [], []), /Dubbo2 carries no streams/);
});

test("raw.return gives the object itself, bean its descriptor, gson its JSON", async () => {
  const raw = (await generic({ generic: "raw.return" }).invoke("item", ["com.acme.Item"], [{ sku: "r" }])) as {
    sku?: string;
    class?: string;
  };
  assert.equal(raw.sku, "r");
  assert.equal(raw.class, undefined);
  const bean = (await generic({ generic: "bean" }).invoke(
    "item",
    ["com.acme.Item"],
    [{ class: "com.acme.Item", sku: "b", count: 1 }],
  )) as { sku?: string };
  assert.equal(bean.sku, "b");
  assert.deepEqual(
    await generic({ generic: "gson" }).invoke("item", ["com.acme.Item"], [{ sku: "j", price: 1.5, count: 3 }]),
    { sku: "j", count: 3, color: null, price: 1.5, due: null },
  );
  assert.equal(await generic({ generic: "gson" }).invoke("add", ["int", "long"], [1, 2n ** 60n]), 2n ** 60n + 1n);
});

test("$echo answers what it gets, if the service is there", async () => {
  assert.equal(await generic().invoke("$echo", undefined, ["ping"]), "ping");
  await assert.rejects(
    client.generic("com.acme.Nope", { target }).invoke("$echo", undefined, ["ping"]),
    (error) => RpcError.is(error) && error.reason === "no-service",
  );
});
