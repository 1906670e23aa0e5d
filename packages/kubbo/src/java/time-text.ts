/**
 * The texts of java.time, as `toString` of each class writes and `parse` reads them (ISO 8601 with Java's extensions),
 * and the numbers that they stand for. Functions that read a text give undefined for one that is none; so do those
 * that write, for numbers that no such value has.
 */

export const pad = (value: number, width: number): string => String(Math.abs(value)).padStart(width, "0");

const yearLimit = 999_999_999;
const isYear = (year: number): boolean => Math.abs(year) <= yearLimit;

export function yearText(year: number): string {
  if (year > 9999) return `+${year}`;
  return `${year < 0 ? "-" : ""}${pad(year, 4)}`;
}

/** A year, as group. */
const yearForm = "([+-]?\\d{4,9})";
/** Hour, minute, second and nanoseconds, as groups. */
export const timeForm = "(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d{1,9}))?)?";

function daysOfMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export const isDate = ({ year, month, day }: DateParts): boolean =>
  isYear(year) && month >= 1 && month <= 12 && day >= 1 && day <= daysOfMonth(year, month);

/** `2024-02-29` */
export function dateText(parts: DateParts): string | undefined {
  return isDate(parts) ? `${yearText(parts.year)}-${pad(parts.month, 2)}-${pad(parts.day, 2)}` : undefined;
}

const datePattern = new RegExp(`^${yearForm}-(\\d\\d)-(\\d\\d)$`);

export function parseDate(text: string): DateParts | undefined {
  const match = datePattern.exec(text);
  if (!match) return undefined;
  const parts = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  return isDate(parts) ? parts : undefined;
}

export interface TimeParts {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nano: number;
}

export const isTime = ({ hour, minute, second, nano }: TimeParts): boolean =>
  hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60 && nano >= 0 && nano < 1e9;

/** `.5` seconds as Java writes them: in three, six or nine digits. */
export function fraction(nano: number): string {
  if (nano === 0) return "";
  const digits = pad(nano, 9);
  return `.${digits.endsWith("000000") ? digits.slice(0, 3) : digits.endsWith("000") ? digits.slice(0, 6) : digits}`;
}

/** `13:14`, `13:14:15`, `13:14:15.000000016` */
export function timeText(parts: TimeParts): string | undefined {
  if (!isTime(parts)) return undefined;
  const { hour, minute, second, nano } = parts;
  const seconds = second === 0 && nano === 0 ? "" : `:${pad(second, 2)}${fraction(nano)}`;
  return `${pad(hour, 2)}:${pad(minute, 2)}${seconds}`;
}

const timePattern = new RegExp(`^${timeForm}$`);

export function parseTime(text: string): TimeParts | undefined {
  const match = timePattern.exec(text);
  if (!match) return undefined;
  const [, hour, minute, second = "0", nano = ""] = match;
  const parts = {
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    nano: Number(nano.padEnd(9, "0")),
  };
  return isTime(parts) ? parts : undefined;
}

const offsetLimit = 18 * 3600;

/** Seconds east of UTC: `Z`, `+08:00`, `-01:30:15` */
export function offsetText(seconds: number): string | undefined {
  if (Math.abs(seconds) > offsetLimit) return undefined;
  if (seconds === 0) return "Z";
  const size = Math.abs(seconds);
  const rest = size % 60 === 0 ? "" : `:${pad(size % 60, 2)}`;
  return `${seconds < 0 ? "-" : "+"}${pad(Math.floor(size / 3600), 2)}:${pad(Math.floor(size / 60) % 60, 2)}${rest}`;
}

export function parseOffset(text: string): number | undefined {
  if (text === "Z") return 0;
  const match = /^([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  if (!match) return undefined;
  const [minutes, seconds] = [Number(match[3]), Number(match[4] ?? "0")];
  const size = Number(match[2]) * 3600 + minutes * 60 + seconds;
  if (minutes > 59 || seconds > 59 || size > offsetLimit) return undefined;
  return match[1] === "-" ? -size : size;
}

/** `2024` */
export function parseYear(text: string): number | undefined {
  const match = /^[+-]?\d{1,9}$/.exec(text);
  return match ? Number(text) : undefined;
}

/** Java writes a year as its plain number. */
export const yearOnlyText = (year: number): string | undefined => (isYear(year) ? String(year) : undefined);

/** `2024-02`; as in Java without the plus that other texts have before a year over 9999. */
export function yearMonthText(year: number, month: number): string | undefined {
  if (!isYear(year) || month < 1 || month > 12) return undefined;
  return `${year > 9999 ? year : yearText(year)}-${pad(month, 2)}`;
}

export function parseYearMonth(text: string): readonly [year: number, month: number] | undefined {
  const match = new RegExp(`^${yearForm}-(\\d\\d)$`).exec(text);
  const [year, month] = [Number(match?.[1]), Number(match?.[2])];
  return month >= 1 && month <= 12 ? [year, month] : undefined;
}

/** `--02-29` */
export function monthDayText(month: number, day: number): string | undefined {
  return isDate({ year: 2000, month, day }) ? `--${pad(month, 2)}-${pad(day, 2)}` : undefined;
}

export function parseMonthDay(text: string): readonly [month: number, day: number] | undefined {
  const match = /^--(\d\d)-(\d\d)$/.exec(text);
  const [month, day] = [Number(match?.[1]), Number(match?.[2])];
  return isDate({ year: 2000, month, day }) ? [month, day] : undefined;
}
