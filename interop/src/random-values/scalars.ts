// The types of the type table whose values have no identity in JavaScript: how Java calls them, what may be passed, and
// their text.

import fc from "fast-check";
import {
  type AnyJavaType,
  atomicBoolean,
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
  currency,
  date,
  dateMillis,
  double,
  duration,
  file,
  float,
  instant,
  int,
  localDate,
  localDateTime,
  locale,
  localTime,
  long,
  longAsNumber,
  monthDay,
  offsetDateTime,
  offsetTime,
  period,
  short,
  sqlDate,
  sqlTime,
  sqlTimestamp,
  string,
  uuid,
  year,
  yearMonth,
  zonedDateTime,
  zoneId,
  zoneOffset,
} from "kubbo/java";
import { decimalText, doubleText, floatText, quoted } from "./scalar-text.ts";
import * as times from "./time-arbitraries.ts";

export interface Scalar {
  /** In a Java source. */
  readonly source: string;
  readonly type: AnyJavaType;
  readonly values: fc.Arbitrary<unknown>;
  /** Of what is passed and of what comes; both give the same for the same value. */
  readonly text: (value: never) => string;
  /** Java has no null of it, and it is no type argument. */
  readonly primitive?: true;
  /** Equal values are one value in a Set of JavaScript, and in one of Java. */
  readonly key?: true;
  /** Its class where Java's reader does not know that it is wanted: the text of what it becomes there. */
  readonly erased?: (value: never) => string;
}

/** Whole numbers of at most that many bits, small ones as likely as large ones, and the edges. */
function whole(bits: number): fc.Arbitrary<number> {
  const max = 2 ** (bits - 1) - 1;
  const sizes = [5, 8, 12, 19, 32, 53].filter((size) => size <= bits);
  return fc.oneof(
    ...sizes.map((size) => fc.integer({ min: -(2 ** (size - 1)), max: 2 ** (size - 1) - 1 })),
    fc.constantFrom(max, -max - 1, 0),
  );
}

const safeWhole = fc.oneof(
  whole(32),
  fc.maxSafeInteger(),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
);
const longs = fc.oneof(safeWhole, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), safeWhole.map(BigInt));
const doubles = fc.oneof(
  fc.double(),
  whole(32),
  whole(32).map((value) => value / 1000),
  fc.constantFrom(-0, 32768, -32769, 0.001, 2147483.647, 2147483.648, Number.NaN, Number.POSITIVE_INFINITY),
);
const floats = fc.oneof(fc.float(), whole(19), fc.float({ min: -100, max: 100 }));
const units = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
const texts = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 3, arbitrary: fc.array(units, { maxLength: 12 }).map((all) => all.join("")) },
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.string({ unit: "grapheme" }), fc.nat(1100)).map(([end, n]) => "x".repeat(n) + end),
  },
);
/** Around the length at which a text goes in chunks, with a pair of surrogates on the border. */
const longTexts = fc
  .tuple(fc.integer({ min: 32_760, max: 32_775 }), fc.constantFrom("y", "é", "😀", "\ud83d"), fc.nat(5))
  .map(([length, end, times]) => "x".repeat(length) + end.repeat(times));
const binaries = fc.oneof(
  { weight: 30, arbitrary: fc.uint8Array({ maxLength: 20 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1020, max: 1030 }).map((length) => new Uint8Array(length).fill(7)) },
  { weight: 1, arbitrary: fc.integer({ min: 65_530, max: 65_540 }).map((length) => Buffer.alloc(length, 9)) },
);
const millis = fc
  .oneof(
    fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }),
    whole(32),
    whole(32).map((n) => n * 60_000),
  )
  .filter((ms) => Math.abs(ms) <= 8_640_000_000_000_000);
const dates = millis.map((ms) => new Date(ms));
const decimals = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("", "-", "+"),
      fc.bigInt({ min: 0n, max: 10n ** 30n }),
      fc.nat(25),
      fc.option(fc.integer({ min: -500, max: 500 })),
    )
    .map(([sign, digits, fraction, exponent]) => {
      const all = String(digits).padStart(fraction + 1, "0");
      const plain = fraction === 0 ? all : `${all.slice(0, -fraction)}.${all.slice(-fraction)}`;
      return `${sign}${plain}${exponent === null ? "" : `e${exponent}`}`;
    }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt(),
);
const bigs = fc.oneof(
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.bigInt(-(2n ** 1000n), 2n ** 1000n),
  fc.tuple(fc.nat(130), fc.constantFrom(-1n, 0n, 1n)).map(([bits, off]) => 2n ** BigInt(bits) + off),
);

const plain = (value: unknown): string => String(value);
const within = (name: string) => (value: unknown) => `${name}(${value})`;
const dateIn = (name: string) => (value: Date | number | bigint) =>
  `${name}(${value instanceof Date ? value.getTime() : value})`;
const longText = (value: unknown): string => `${value}L`;
const charText = (value: string): string => `c${value.charCodeAt(0).toString(16).padStart(4, "0")}`;

function textual(source: string, type: AnyJavaType, values: fc.Arbitrary<unknown>, more: Partial<Scalar> = {}): Scalar {
  return { source, type, values, text: within(type.javaName), ...more };
}

function time(type: AnyJavaType, values: fc.Arbitrary<string>): Scalar {
  return textual(type.javaName, type, values, { key: true });
}

const atom = "java.util.concurrent.atomic";

const table = {
  boolean: { source: "boolean", type: boolean, values: fc.boolean(), text: plain, primitive: true },
  byte: {
    source: "byte",
    type: byte,
    values: whole(8),
    text: (value: number) => `${value}b`,
    primitive: true,
    erased: plain,
  },
  short: {
    source: "short",
    type: short,
    values: whole(16),
    text: (value: number) => `${value}s`,
    primitive: true,
    erased: plain,
  },
  int: { source: "int", type: int, values: whole(32), text: plain, primitive: true },
  long: { source: "long", type: long, values: longs, text: longText, primitive: true },
  longAsNumber: { source: "long", type: longAsNumber, values: safeWhole, text: longText, primitive: true },
  float: { source: "float", type: float, values: floats, text: floatText, primitive: true, erased: doubleText },
  double: { source: "double", type: double, values: doubles, text: doubleText, primitive: true },
  char: { source: "char", type: char, values: units, text: charText, primitive: true, erased: quoted },
  Boolean: { source: "Boolean", type: boxed(boolean), values: fc.boolean(), text: plain, key: true },
  Byte: {
    source: "Byte",
    type: boxed(byte),
    values: whole(8),
    text: (value: number) => `${value}b`,
    key: true,
    erased: plain,
  },
  Short: {
    source: "Short",
    type: boxed(short),
    values: whole(16),
    text: (value: number) => `${value}s`,
    key: true,
    erased: plain,
  },
  Integer: { source: "Integer", type: boxed(int), values: whole(32), text: plain, key: true },
  Long: { source: "Long", type: boxed(long), values: longs, text: longText, key: true },
  Float: { source: "Float", type: boxed(float), values: floats, text: floatText, erased: doubleText },
  Double: { source: "Double", type: boxed(double), values: doubles, text: doubleText },
  Character: { source: "Character", type: boxed(char), values: units, text: charText, key: true, erased: quoted },
  String: {
    source: "String",
    type: string,
    values: fc.oneof({ weight: 400, arbitrary: texts }, { weight: 1, arbitrary: longTexts }),
    text: quoted,
    key: true,
  },
  bytes: {
    source: "byte[]",
    type: bytes,
    values: binaries,
    text: (value: Uint8Array) => `bytes(${Buffer.from(value).toString("hex")})`,
  },
  chars: {
    source: "char[]",
    type: charArray,
    values: texts,
    text: (value: string) => `chars(${quoted(value)})`,
    erased: quoted,
  },
  BigDecimal: { source: "java.math.BigDecimal", type: bigDecimal, values: decimals, text: decimalText },
  BigInteger: {
    source: "java.math.BigInteger",
    type: bigInteger,
    values: bigs,
    text: (value: bigint) => `bigint(${value})`,
    key: true,
  },
  Date: { source: "java.util.Date", type: date, values: dates, text: dateIn("java.util.Date") },
  dateMillis: {
    source: "java.util.Date",
    type: dateMillis,
    values: fc.oneof(millis, millis.map(BigInt), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    text: dateIn("java.util.Date"),
  },
  SqlDate: { source: "java.sql.Date", type: sqlDate, values: dates, text: dateIn("java.sql.Date") },
  SqlTime: { source: "java.sql.Time", type: sqlTime, values: dates, text: dateIn("java.sql.Time") },
  Timestamp: { source: "java.sql.Timestamp", type: sqlTimestamp, values: dates, text: dateIn("java.sql.Timestamp") },
  UUID: textual("java.util.UUID", uuid, fc.uuid(), { key: true }),
  // Java's reader loses the script of one (`zh_CN_#Hans`).
  Locale: textual("java.util.Locale", locale, fc.constantFrom("zh_CN", "en", "", "de_DE_POSIX"), { key: true }),
  Currency: textual("java.util.Currency", currency, fc.constantFrom("EUR", "JPY", "CNY"), { key: true }),
  Class: textual(
    "Class",
    classOf,
    fc.constantFrom("java.lang.String", "int", "java.util.Map", "[I", "[Ljava.lang.String;"),
    { key: true },
  ),
  File: textual(
    "java.io.File",
    file,
    fc.array(units).map((all) => `/${all.join("").replaceAll(/[/\0]/g, "f")}`),
    { key: true, text: (value: string) => `java.io.File(${quoted(value)})` },
  ),
  AtomicInteger: textual(`${atom}.AtomicInteger`, atomicInteger, whole(32)),
  AtomicLong: textual(`${atom}.AtomicLong`, atomicLong, longs),
  AtomicBoolean: textual(`${atom}.AtomicBoolean`, atomicBoolean, fc.boolean()),
  Instant: { ...time(instant, times.instants) },
  LocalDate: time(localDate, times.days),
  LocalTime: time(localTime, times.times),
  LocalDateTime: time(localDateTime, times.dateTimes),
  ZonedDateTime: time(zonedDateTime, times.zonedDateTimes),
  OffsetDateTime: time(offsetDateTime, times.offsetDateTimes),
  OffsetTime: time(offsetTime, times.offsetTimes),
  ZoneOffset: time(zoneOffset, times.offsets),
  ZoneId: time(zoneId, times.zones),
  Duration: time(duration, times.durations),
  Period: time(period, times.periods),
  Year: time(year, times.years),
  YearMonth: time(yearMonth, times.yearMonths),
  MonthDay: time(monthDay, times.monthDays),
} as const satisfies Readonly<Record<string, Scalar>>;

export type ScalarName = keyof typeof table;

export const scalars: Readonly<Record<ScalarName, Scalar>> = table;
export const scalarNames = Object.keys(table) as readonly ScalarName[];
