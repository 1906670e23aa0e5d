import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode } from "../codec/hessian2/encode.ts";
import { JavaValue } from "../codec/hessian2/java-value.ts";
import { RpcError } from "../model/rpc-error.ts";
import {
  type AnyJavaType,
  array,
  atomicInteger,
  atomicLong,
  bigDecimal,
  bigInteger,
  boolean,
  boxed,
  byte,
  bytes,
  char,
  charArray,
  classOf,
  codecOf,
  collection,
  currency,
  date,
  dateMillis,
  double,
  duration,
  file,
  float,
  instant,
  int,
  javaEnum,
  javaVoid,
  list,
  localDate,
  localDateTime,
  locale,
  localTime,
  long,
  longAsNumber,
  map,
  monthDay,
  object,
  offsetDateTime,
  offsetTime,
  period,
  set,
  short,
  sqlDate,
  sqlTime,
  sqlTimestamp,
  string,
  typed,
  uuid,
  year,
  yearMonth,
  zonedDateTime,
  zoneId,
  zoneOffset,
} from "./index.ts";

const { vectors } = JSON.parse(readFileSync(new URL("../../vectors/hessian2.json", import.meta.url), "utf8")) as {
  readonly vectors: readonly { readonly name: string; readonly hex: string }[];
};

const color = javaEnum("com.acme.shop.Color", ["RED", "GREEN", "BLUE"]);
const dayOfWeek = javaEnum("java.time.DayOfWeek", ["MONDAY", "TUESDAY"]);

/**
 * Vectors of Java, the type that a contract declares for them, and what a program sees. Without `sameBytes` our bytes
 * differ from Java's in the order of fields, which is free, or in the fields that are caches.
 */
const rows: [vector: string, type: AnyJavaType, value: unknown, sameBytes?: "sameBytes"][] = [
  ["true", boolean, true, "sameBytes"],
  ["int_-262145", int, -262145, "sameBytes"],
  ["int_-262145", boxed(int), -262145, "sameBytes"],
  ["null", boxed(int), null, "sameBytes"],
  ["long_9223372036854775807", long, 2n ** 63n - 1n, "sameBytes"],
  ["long_-2049", longAsNumber, -2049, "sameBytes"],
  ["byte_neg", byte, -5, "sameBytes"],
  ["short_300", short, 300, "sameBytes"],
  ["char_cjk", char, "中", "sameBytes"],
  ["float_1.1", float, 1.1, "sameBytes"],
  ["double_-128.0", double, -128, "sameBytes"],
  ["double_NaN", double, Number.NaN, "sameBytes"],
  ["string_emoji", string, "a😀b", "sameBytes"],
  ["bytes_15", bytes, Uint8Array.from({ length: 15 }, (_, i) => i), "sameBytes"],
  ["date_ms", date, new Date(1_700_000_000_123), "sameBytes"],
  ["date_ms", dateMillis, 1_700_000_000_123n, "sameBytes"],
  ["date_minute", dateMillis, 1_699_999_980_000n, "sameBytes"],
  ["sql_date", sqlDate, new Date(1_700_000_000_000), "sameBytes"],
  ["sql_timestamp", sqlTimestamp, new Date(1_700_000_000_123), "sameBytes"],
  ["sql_time", sqlTime, new Date(1000), "sameBytes"],
  ["bigdecimal", bigDecimal, "12345.6789", "sameBytes"],
  ["bigdecimal_exp", bigDecimal, "1E+3", "sameBytes"],
  ["biginteger", bigInteger, 123456789012345678901234567890n],
  ["biginteger_neg", bigInteger, -255n],
  ["biginteger_zero", bigInteger, 0n],
  ["uuid", uuid, "123e4567-e89b-12d3-a456-426614174000", "sameBytes"],
  ["locale", locale, "zh_CN", "sameBytes"],
  ["class", classOf, "java.lang.String", "sameBytes"],
  ["class_int", classOf, "int", "sameBytes"],
  ["currency", currency, "EUR", "sameBytes"],
  ["enum_red", color, "RED", "sameBytes"],
  ["enum_body", color, "GREEN", "sameBytes"],
  ["dayofweek", dayOfWeek, "MONDAY", "sameBytes"],
  ["instant", instant, "2023-11-14T22:13:20.000000005Z"],
  ["localdate", localDate, "2024-02-29"],
  ["localtime", localTime, "13:14:15.000000016"],
  ["localdatetime", localDateTime, "2024-02-29T13:14:15"],
  ["zoneddatetime", zonedDateTime, "2024-02-29T13:14:15+08:00[Asia/Shanghai]"],
  ["offsetdatetime", offsetDateTime, "2024-02-29T13:14:15+02:00"],
  ["duration", duration, "PT1M30.000000007S"],
  ["period", period, "P1Y2M3D"],
  ["yearmonth", yearMonth, "2024-02"],
  ["zoneid", zoneId, "Europe/Paris", "sameBytes"],
  ["zoneoffset", zoneOffset, "+01:00", "sameBytes"],
  ["int_array_9", array(int), [0, 1, 2, 3, 4, 5, 6, 7, 8], "sameBytes"],
  ["long_array", array(long), [1n, -1n], "sameBytes"],
  ["bool_array", array(boolean), [true, false], "sameBytes"],
  ["double_array", array(double), [1.5, 0], "sameBytes"],
  ["float_array", array(float), [1.100000023841858], "sameBytes"],
  ["short_array", array(short), [7, -7], "sameBytes"],
  ["char_array", charArray, "abc", "sameBytes"],
  ["string_array", array(string), ["a", null, "b"], "sameBytes"],
  ["object_array", array(object), [1, "x", null], "sameBytes"],
  ["integer_array", array(boxed(int)), [1, 2], "sameBytes"],
  ["int_array2d", array(array(int)), [[1], [2, 3]], "sameBytes"],
  ["string_array2d", array(array(string)), [["a"], []], "sameBytes"],
  ["enum_array", array(color), ["RED", "BLUE"], "sameBytes"],
  ["date_array", array(date), [new Date(0)], "sameBytes"],
  ["arraylist_empty", list(string), [], "sameBytes"],
  ["arraylist_8", list(int), [0, 1, 2, 3, 4, 5, 6, 7], "sameBytes"],
  ["arraylist_8", list(byte), [0, 1, 2, 3, 4, 5, 6, 7], "sameBytes"],
  ["linkedlist", list(int, "java.util.LinkedList"), [1], "sameBytes"],
  ["arrays_aslist", collection(int), [1, 2]],
  ["list_of_3", list(int), [1, 2, 3], "sameBytes"],
  ["singletonlist", list(string), ["s"]],
  ["emptylist", list(string), []],
  ["unmodlist", list(int), [1]],
  ["mylist", list(int), [1]],
  ["hashset", set(string), new Set(["k"]), "sameBytes"],
  ["hashset", list(string), ["k"]],
  ["linkedhashset", set(int, "java.util.LinkedHashSet"), new Set([1, 2]), "sameBytes"],
  ["treeset", set(int, "java.util.SortedSet"), new Set([1, 2]), "sameBytes"],
  ["set_of", set(int), new Set([1]), "sameBytes"],
  ["enumset", set(color), new Set(["RED"])],
  ["keyset", set(string), new Set(["k"])],
  ["hashmap_empty", map(string, int), new Map(), "sameBytes"],
  ["hashmap", map(string, int), new Map([["a", 1]]), "sameBytes"],
  [
    "treemap",
    map(string, int, "java.util.TreeMap"),
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
    "sameBytes",
  ],
  ["concurrenthashmap", map(string, int), new Map([["k", 1]])],
  ["mymap", map(string, int), new Map([["q", 1]])],
  ["atomicinteger", atomicInteger, 5, "sameBytes"],
  ["atomiclong", atomicLong, 5n, "sameBytes"],
  ["file", file, "/x", "sameBytes"],
  ["null", javaVoid, undefined, "sameBytes"],
  ["null", localDate, null, "sameBytes"],
  ["null", list(int), null, "sameBytes"],
];
for (const [vector, type, value, sameBytes] of rows) {
  test(`${vector} as ${type.javaName}`, () => {
    const hex = vectors.find(({ name }) => name === vector)?.hex ?? "";
    const codec = codecOf(type as never) as { encode(value: unknown): Uint8Array; decode(bytes: Uint8Array): unknown };
    assert.deepEqual(codec.decode(Buffer.from(hex, "hex")), value);
    const encoded = Buffer.from(codec.encode(value));
    if (sameBytes) assert.equal(encoded.toString("hex"), hex);
    assert.deepEqual(codec.decode(encoded), value);
  });
}

/** Values that go out in one form and come back in another, or that no vector has. */
const further: [type: AnyJavaType, input: unknown, output: unknown][] = [
  [long, 5, 5n],
  [longAsNumber, 2n ** 53n - 1n, 2 ** 53 - 1],
  [bigDecimal, 1.5, "1.5"],
  [bigDecimal, 10n ** 30n, "1000000000000000000000000000000"],
  [bigDecimal, typed(bigDecimal, "9.90"), "9.90"],
  [bigInteger, 0xffffffffn, 0xffffffffn],
  [bigInteger, -(2n ** 100n), -(2n ** 100n)],
  [instant, new Date(1_700_000_000_123), "2023-11-14T22:13:20.123Z"],
  [instant, "2024-02-29T13:14+02:00", "2024-02-29T11:14:00Z"],
  [instant, "-1000000000-01-01T00:00:00Z", "-1000000000-01-01T00:00:00Z"],
  [instant, "+1000000000-12-31T23:59:59.999999999Z", "+1000000000-12-31T23:59:59.999999999Z"],
  [instant, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"],
  [localDate, "-0044-03-15", "-0044-03-15"],
  [localDate, "+999999999-12-31", "+999999999-12-31"],
  [localTime, "00:00", "00:00"],
  [localTime, "23:59:59.5", "23:59:59.500"],
  [localTime, "23:59:59.000250", "23:59:59.000250"],
  [localDateTime, "2024-02-29T00:00", "2024-02-29T00:00"],
  [zoneOffset, "Z", "Z"],
  [zoneOffset, "-01:30:15", "-01:30:15"],
  [zonedDateTime, "2024-02-29T13:14:15Z", "2024-02-29T13:14:15Z"],
  [zonedDateTime, "2024-02-29T13:14:15Z[UTC]", "2024-02-29T13:14:15Z[UTC]"],
  [offsetTime, "13:14:15-18:00", "13:14:15-18:00"],
  [duration, "PT0S", "PT0S"],
  [duration, "PT-0.5S", "PT-0.5S"],
  [duration, "-PT1.5S", "PT-1.5S"],
  [duration, "P1DT1H", "PT25H"],
  [duration, "PT2562047788015215H30M7.999999999S", "PT2562047788015215H30M7.999999999S"],
  [period, "P2W", "P14D"],
  [period, "-P1Y-2M", "P-1Y2M"],
  [year, "2024", "2024"],
  [yearMonth, "+10000-01", "10000-01"],
  [yearMonth, "-0044-03", "-0044-03"],
  [monthDay, "--02-29", "--02-29"],
  [set(string), ["a", "b", "a"], new Set(["a", "b"])],
  [list(long), new Set([1]), [1n]],
  [list(long), [1, null, 2n ** 60n], [1n, null, 2n ** 60n]],
  [array(int), new Int32Array([1, 2]), [1, 2]],
  [map(string, list(byte)), { a: [1, 2], b: undefined }, new Map([["a", [1, 2]]])],
  [map(color, long), { RED: 1 }, new Map([["RED", 1n]])],
  [map(long, string), new Map([[1, "a"]]), new Map([[1n, "a"]])],
  [javaEnum("E", ["A"], { open: true }), "B", "B"],
  [dateMillis, 2n ** 63n - 1n, 2n ** 63n - 1n],
];
for (const [type, input, output] of further) {
  test(`${type.javaName} takes ${typeof input} ${String(input)}`, () => {
    const codec = codecOf(type as never) as { encode(value: unknown): Uint8Array; decode(bytes: Uint8Array): unknown };
    assert.deepEqual(codec.decode(codec.encode(input)), output);
  });
}

const refused: [type: AnyJavaType, value: unknown, message: RegExp][] = [
  [int, 2 ** 31, /^int: expected int \(-2147483648 to 2147483647\), got number 2147483648$/],
  [int, 1.5, /got number 1\.5/],
  [int, "5", /expected int, got string/],
  [int, null, /expected int, got null/],
  [int, 5n, /expected int, got bigint 5/],
  [byte, 128, /expected byte \(-128 to 127\), got number 128/],
  [short, -32769, /expected short/],
  [long, 2n ** 63n, /expected long \(64 bits\), got bigint 9223372036854775808/],
  [long, 2 ** 53, /safe integer/],
  [long, "1", /expected long, got string/],
  [float, 1e39, /expected float, got number 1e\+39/],
  [double, 5n, /expected double, got bigint 5/],
  [boolean, 1, /expected boolean, got number 1/],
  [char, "ab", /expected char \(a text of one UTF-16 unit\), got string/],
  [char, "😀", /expected char/],
  [string, 5, /expected string, got number 5/],
  [bytes, [1], /expected byte\[\] \(a Uint8Array\), got array/],
  [date, 5, /expected Date, got number 5/],
  [date, new Date(Number.NaN), /expected Date, got an invalid Date/],
  [dateMillis, 1.5, /expected Date \(its milliseconds since 1970\)/],
  [bigDecimal, "1,5", /expected BigDecimal .* got string/],
  [bigDecimal, Number.NaN, /expected BigDecimal .* got number NaN/],
  [bigDecimal, true, /expected BigDecimal .* got boolean/],
  [bigInteger, 5, /expected BigInteger \(a bigint\), got number 5/],
  [uuid, "123", /expected UUID/],
  [currency, "euro", /expected Currency/],
  [color, "PINK", /^color: expected com\.acme\.shop\.Color \(one of RED, GREEN, BLUE\), got "PINK"$/],
  [localDate, "2023-02-29", /expected LocalDate \(a text such as 2024-02-29\), got string/],
  [localDate, new Date(0), /expected LocalDate .* got Date/],
  [localTime, "24:00", /expected LocalTime/],
  [localDateTime, "2024-02-29 13:14", /expected LocalDateTime/],
  [zoneOffset, "+19:00", /expected ZoneOffset/],
  [zonedDateTime, "2024-02-29T13:14:15", /expected ZonedDateTime/],
  [offsetDateTime, "2024-02-29T13:14:15+02:00[Europe/Paris]", /expected OffsetDateTime/],
  [instant, "2024-02-30T00:00:00Z", /expected Instant/],
  [duration, "PT", /expected Duration/],
  [period, "P", /expected Period/],
  [yearMonth, "2024-13", /expected YearMonth/],
  [monthDay, "--02-30", /expected MonthDay/],
  [list(int), "abc", /expected java\.util\.List \(an array or a Set\), got string/],
  [list(list(int)), [[1], [2, "x"]], /^list\[1\]\[1\]: expected int, got string$/],
  [list(int), { a: 1 }, /expected java\.util\.List .* got object/],
  [map(string, int), [1], /expected java\.util\.Map \(a Map or a plain object\), got array/],
  [map(string, int), { a: { b: 1 } }, /^map\["a"\]: expected int, got object$/],
  [map(int, int), { a: 1 }, /^map\["a"\]: expected int, got string$/],
];
for (const [type, value, message] of refused) {
  test(`${type.javaName} refuses ${typeof value} ${String(value)}`, () => {
    const codec = codecOf(type as never) as { encode(value: unknown): Uint8Array };
    assert.throws(
      () => codec.encode(value),
      (error) => RpcError.is(error) && error.reason === "bad-argument" && message.test(error.message),
    );
  });
}

test("what no such value is does not become one by being read", () => {
  const handle = (name: string, fields: Readonly<Record<string, number>>): Buffer => {
    const wire = `com.alibaba.com.caucho.hessian.io.java8.${name}Handle`;
    const text = (value: string): number[] =>
      value.length < 32 ? [value.length, ...Buffer.from(value)] : [0x30, value.length, ...Buffer.from(value)];
    const names = Object.keys(fields);
    return Buffer.from([
      0x43,
      ...text(wire),
      0x90 + names.length,
      ...names.flatMap(text),
      0x60,
      ...Object.values(fields).map((value) => 0x90 + value),
    ]);
  };
  assert.equal(codecOf(localDate).decode(handle("LocalDate", { day: 1, month: 12, year: 5 })), "0005-12-01");
  assert.throws(
    () => codecOf(localDate).decode(handle("LocalDate", { day: 1, month: 13, year: 5 })),
    /expected the fields of a java\.time\.LocalDate/,
  );
  assert.throws(
    () => codecOf(localTime).decode(handle("LocalTime", { hour: 25 })),
    /expected the fields of a java\.time\.LocalTime/,
  );
});

test("where Object is declared, a value of the JDK comes with its type, and goes back as it came", () => {
  const codec = codecOf(map(string, object));
  const given = {
    price: typed(bigDecimal, "9.90"),
    day: typed(localDate, "2024-02-29"),
    count: typed(long, 5),
    plain: 5,
  };
  const back = codec.decode(codec.encode(given));
  const price = back.get("price");
  assert.ok(price instanceof JavaValue);
  assert.equal(price.type.javaName, "java.math.BigDecimal");
  assert.equal(`${price}`, "9.90");
  assert.equal(back.get("count"), 5n);
  assert.equal(back.get("plain"), 5);
  assert.equal(JSON.stringify(back.get("day")), '"2024-02-29"');
  assert.deepEqual(codec.encode(back as never), codec.encode(given));
  assert.deepEqual([...(decode(codec.encode(given)) as Map<string, unknown>).keys()], Object.keys(given));
});

test("a value without identity that Java refers to twice comes twice", () => {
  // [BigDecimal 1.5, the same object, a LocalDate, the same object]
  const twice = Buffer.from(
    "7a43146a6176612e6d6174682e426967446563696d616c910576616c756560" + "03312e35" + "5191",
    "hex",
  );
  assert.deepEqual(codecOf(list(bigDecimal)).decode(twice), ["1.5", "1.5"]);
  assert.deepEqual(codecOf(list(object)).decode(twice).map(String), ["1.5", "1.5"]);
  assert.throws(() => codecOf(list(localDate)).decode(twice), /java\.util|LocalDate/);
});

test("an enum constant is written once per stream, as Java does", () => {
  const hex = Buffer.from(codecOf(list(color)).encode(["RED", "BLUE", "RED"])).toString("hex");
  assert.equal(hex, "7b4313636f6d2e61636d652e73686f702e436f6c6f7291046e616d6560035245446004424c55455191");
  assert.deepEqual(codecOf(list(color)).decode(Buffer.from(hex, "hex")), ["RED", "BLUE", "RED"]);
});

test("an unknown constant of an enum is an error that says what to do", () => {
  const bytes = codecOf(javaEnum("com.acme.shop.Color", ["PINK"])).encode("PINK");
  assert.throws(
    () => codecOf(color).decode(bytes),
    /expected com\.acme\.shop\.Color \(one of RED, GREEN, BLUE\); \{ open: true \} lets others pass, found "PINK"/,
  );
});
