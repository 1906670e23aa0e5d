// java.time: texts in JavaScript, as toString writes and parse reads them; handles of hessian-lite on the wire.
//
// Source: com.alibaba.com.caucho.hessian.io.java8 (hessian-lite 4.0.3).

import {
  durationText,
  instantText,
  type PeriodParts,
  parseDuration,
  parseInstant,
  parsePeriod,
  periodText,
  type SecondsParts,
} from "./duration-text.ts";
import type { AnyJavaType, JavaType } from "./java-type.ts";
import { int, long } from "./primitive.ts";
import { string } from "./text.ts";
import {
  type DateParts,
  dateText,
  monthDayText,
  offsetText,
  parseDate,
  parseMonthDay,
  parseOffset,
  parseTime,
  parseYear,
  parseYearMonth,
  type TimeParts,
  timeText,
  yearMonthText,
  yearOnlyText,
} from "./time-text.ts";
import { valueType } from "./value-type.ts";

const handles = "com.alibaba.com.caucho.hessian.io.java8";

/** A class of java.time whose handle has these fields, as `parse` gives and `text` takes them. */
function timeType<const Simple extends string>(
  simpleName: Simple,
  example: string,
  fields: Readonly<Record<string, AnyJavaType>>,
  parse: (text: string) => readonly unknown[] | undefined,
  text: (fields: readonly unknown[]) => string | undefined,
): JavaType<string, string, `java.time.${Simple}`> {
  return valueType({
    javaName: `java.time.${simpleName}`,
    wireName: `${handles}.${simpleName}Handle`,
    fields,
    expected: `${simpleName} (a text such as ${example})`,
    toFields: (value: string) => (typeof value === "string" ? parse(value) : undefined),
    fromFields: text,
  });
}

/** `java.time.LocalDate`: `2024-02-29`. */
export const localDate = timeType(
  "LocalDate",
  "2024-02-29",
  { year: int, month: int, day: int },
  (text) => {
    const date = parseDate(text);
    return date && [date.year, date.month, date.day];
  },
  ([year, month, day]) => dateText({ year, month, day } as DateParts),
);

/** `java.time.LocalTime`: `13:14`, `13:14:15.000000016`. */
export const localTime = timeType(
  "LocalTime",
  "13:14:15.5",
  { hour: int, minute: int, second: int, nano: int },
  (text) => {
    const time = parseTime(text);
    return time && [time.hour, time.minute, time.second, time.nano];
  },
  ([hour, minute, second, nano]) => timeText({ hour, minute, second, nano } as TimeParts),
);

/** Two texts with a mark between them, both there or it is none. */
const joined = (left: unknown, right: unknown, mark = ""): string | undefined =>
  typeof left === "string" && typeof right === "string" ? `${left}${mark}${right}` : undefined;

/** `java.time.LocalDateTime`: `2024-02-29T13:14:15`. */
export const localDateTime = timeType(
  "LocalDateTime",
  "2024-02-29T13:14:15",
  { date: localDate, time: localTime },
  (text) => {
    const [date = "", time = "", ...rest] = text.split("T");
    return rest.length === 0 && parseDate(date) && parseTime(time) ? [date, time] : undefined;
  },
  ([date, time]) => joined(date, time, "T"),
);

/** `java.time.ZoneOffset`: `Z`, `+08:00`. */
export const zoneOffset = timeType(
  "ZoneOffset",
  "+08:00",
  { seconds: int },
  (text) => {
    const seconds = parseOffset(text);
    return seconds === undefined ? undefined : [seconds];
  },
  ([seconds]) => offsetText(seconds as number),
);

/** A local text, an offset, and for zoned ones a zone. */
const zonedPattern = /^([^Z[]+?)(Z|[+-]\d\d:\d\d(?::\d\d)?)(?:\[([^\]]+)\])?$/;

/** `java.time.OffsetDateTime`: `2024-02-29T13:14:15+02:00`. */
export const offsetDateTime = timeType(
  "OffsetDateTime",
  "2024-02-29T13:14:15+02:00",
  { dateTime: localDateTime, offset: zoneOffset },
  (text) => {
    const [, local = "", offset = "", zone] = zonedPattern.exec(text) ?? [];
    return zone === undefined && localDateTime.accepts(local) && zoneOffset.accepts(offset)
      ? [local, offset]
      : undefined;
  },
  ([dateTime, offset]) => joined(dateTime, offset),
);

/** `java.time.OffsetTime`: `13:14:15+02:00`. */
export const offsetTime = timeType(
  "OffsetTime",
  "13:14:15+02:00",
  { localTime, zoneOffset },
  (text) => {
    const [, local = "", offset = "", zone] = zonedPattern.exec(text) ?? [];
    return zone === undefined && parseTime(local) && zoneOffset.accepts(offset) ? [local, offset] : undefined;
  },
  ([time, offset]) => joined(time, offset),
);

/** `java.time.ZonedDateTime`: `2024-02-29T13:14:15+08:00[Asia/Shanghai]`; without brackets the offset is the zone. */
export const zonedDateTime = timeType(
  "ZonedDateTime",
  "2024-02-29T13:14:15+08:00[Asia/Shanghai]",
  { dateTime: localDateTime, offset: zoneOffset, zoneId: string },
  (text) => {
    const [, local = "", offset = "", zone = offset] = zonedPattern.exec(text) ?? [];
    return localDateTime.accepts(local) && zoneOffset.accepts(offset) ? [local, offset, zone] : undefined;
  },
  ([dateTime, offset, zone]) => {
    const text = joined(dateTime, offset);
    return zone === offset || zone === null || text === undefined ? text : `${text}[${zone}]`;
  },
);

/** `java.time.ZoneId`: `Europe/Paris`. */
export const zoneId = timeType(
  "ZoneId",
  "Europe/Paris",
  { zoneId: string },
  (text) => (text === "" ? undefined : [text]),
  ([zone]) => (typeof zone === "string" ? zone : undefined),
);

/** `java.time.Instant`: `2023-11-14T22:13:20.000000005Z`. A Date may be passed as well. */
export const instant: JavaType<string | Date, string, "java.time.Instant"> = valueType({
  javaName: "java.time.Instant",
  wireName: `${handles}.InstantHandle`,
  fields: { seconds: long, nanos: int },
  expected: "Instant (a Date, or a text such as 2023-11-14T22:13:20Z)",
  toFields(value: string | Date) {
    if (value instanceof Date)
      return Number.isNaN(value.getTime()) ? undefined : secondsFields(parseInstant(value.toISOString()));
    return typeof value === "string" ? secondsFields(parseInstant(value)) : undefined;
  },
  fromFields: ([seconds, nanos]) => instantText({ seconds, nanos } as SecondsParts),
});

function secondsFields(parts: SecondsParts | undefined): readonly unknown[] | undefined {
  return parts && [parts.seconds, parts.nanos];
}

/** `java.time.Duration`: `PT1M30.5S`. */
export const duration = timeType(
  "Duration",
  "PT1M30.5S",
  { seconds: long, nanos: int },
  (text) => secondsFields(parseDuration(text)),
  ([seconds, nanos]) => durationText({ seconds, nanos } as SecondsParts),
);

/** `java.time.Period`: `P1Y2M3D`. */
export const period = timeType(
  "Period",
  "P1Y2M3D",
  { years: int, months: int, days: int },
  (text) => {
    const parts = parsePeriod(text);
    return parts && [parts.years, parts.months, parts.days];
  },
  ([years, months, days]) => periodText({ years, months, days } as PeriodParts),
);

/** `java.time.Year`: `2024`. */
export const year = timeType(
  "Year",
  "2024",
  { year: int },
  (text) => {
    const found = parseYear(text);
    return found === undefined ? undefined : [found];
  },
  ([found]) => yearOnlyText(found as number),
);

/** `java.time.YearMonth`: `2024-02`. */
export const yearMonth = timeType("YearMonth", "2024-02", { year: int, month: int }, parseYearMonth, ([found, month]) =>
  yearMonthText(found as number, month as number),
);

/** `java.time.MonthDay`: `--02-29`. */
export const monthDay = timeType("MonthDay", "--02-29", { month: int, day: int }, parseMonthDay, ([month, day]) =>
  monthDayText(month as number, day as number),
);
