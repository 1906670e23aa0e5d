import { type DateParts, fraction, isDate, isTime, pad, parseOffset, timeForm, yearText } from "./time-text.ts";

/** Seconds and the nanoseconds after them; both may count time (Duration) or a point of it (Instant). */
export interface SecondsParts {
  readonly seconds: bigint;
  readonly nanos: number;
}

const secondsPerDay = 86_400n;

/** Days since 1970-01-01 in the proleptic Gregorian calendar. Source: java.time.LocalDate.toEpochDay. */
export function epochDay({ year, month, day }: DateParts): number {
  // March counts as the first month, so that the leap day is the last day of a year.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The inverse of `epochDay`. */
export function dateOfEpochDay(days: number): DateParts {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = ((monthFromMarch + 2) % 12) + 1;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** `Instant.MIN` and `MAX`: the years -1,000,000,000 and 1,000,000,000. */
const instantMin = -31_557_014_167_219_200n;
const instantMax = 31_556_889_864_403_199n;

const isInstant = ({ seconds, nanos }: SecondsParts): boolean =>
  seconds >= instantMin && seconds <= instantMax && nanos >= 0 && nanos < 1e9;

/** `2023-11-14T22:13:20.000000005Z` */
export function instantText(parts: SecondsParts): string | undefined {
  if (!isInstant(parts)) return undefined;
  const { seconds, nanos } = parts;
  const ofDay = Number(((seconds % secondsPerDay) + secondsPerDay) % secondsPerDay);
  const { year, month, day } = dateOfEpochDay(Number((seconds - BigInt(ofDay)) / secondsPerDay));
  const time = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60]
    .map((part) => pad(part, 2))
    .join(":");
  return `${yearText(year)}-${pad(month, 2)}-${pad(day, 2)}T${time}${fraction(nanos)}Z`;
}

const instantPattern = new RegExp(`^([+-]?\\d{4,10})-(\\d\\d)-(\\d\\d)T${timeForm}(Z|[+-]\\d\\d:\\d\\d(?::\\d\\d)?)$`);

/** Takes an offset in place of `Z`, as Java 12 and later do. */
export function parseInstant(text: string): SecondsParts | undefined {
  const match = instantPattern.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = "0", nano = "", offset = "Z"] = match;
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  const time = {
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    nano: Number(nano.padEnd(9, "0")),
  };
  const east = parseOffset(offset);
  // The first and the last instant lie in years that no LocalDate has.
  const isReal = isDate({ ...date, year: Math.abs(date.year) === 1e9 ? date.year % 400 : date.year });
  if (!isReal || !isTime(time) || east === undefined) return undefined;
  const ofDay = time.hour * 3600 + time.minute * 60 + time.second - east;
  const parts = { seconds: BigInt(epochDay(date)) * secondsPerDay + BigInt(ofDay), nanos: time.nano };
  return isInstant(parts) ? parts : undefined;
}

/** `PT1M30.000000007S`. Source: java.time.Duration.toString. */
export function durationText({ seconds, nanos }: SecondsParts): string | undefined {
  if (nanos < 0 || nanos >= 1e9) return undefined;
  // Whole and fraction have one sign in the text: -0.5 s is -1 s and 500,000,000 ns here.
  const carry = seconds < 0n && nanos > 0;
  const whole = carry ? seconds + 1n : seconds;
  const rest = carry ? 1e9 - nanos : nanos;
  const [hours, minutes, left] = [whole / 3600n, (whole / 60n) % 60n, whole % 60n];
  if (whole === 0n && rest === 0) return "PT0S";
  let text = "PT";
  if (hours !== 0n) text += `${hours}H`;
  if (minutes !== 0n) text += `${minutes}M`;
  if (left === 0n && rest === 0) return text;
  const digits = rest === 0 ? "" : `.${pad(rest, 9).replace(/0+$/, "")}`;
  return `${text}${carry && left === 0n ? "-0" : left}${digits}S`;
}

const durationPattern =
  /^([+-])?P(?:([+-]?\d{1,19})D)?(?:T(?:([+-]?\d{1,19})H)?(?:([+-]?\d{1,19})M)?(?:([+-])?(\d{1,19})(?:\.(\d{0,9}))?S)?)?$/i;

const longMin = -(2n ** 63n);
const longMax = 2n ** 63n - 1n;

export function parseDuration(text: string): SecondsParts | undefined {
  const match = durationPattern.exec(text);
  if (!match || /[PT]$/i.test(text)) return undefined;
  const [, sign, days = "0", hours = "0", minutes = "0", secondsSign, seconds = "0", nano = ""] = match;
  const small = (BigInt(seconds) * 1_000_000_000n + BigInt(nano.padEnd(9, "0"))) * (secondsSign === "-" ? -1n : 1n);
  const large = BigInt(days) * secondsPerDay + BigInt(hours) * 3600n + BigInt(minutes) * 60n;
  const total = (large * 1_000_000_000n + small) * (sign === "-" ? -1n : 1n);
  const nanos = ((total % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const whole = (total - nanos) / 1_000_000_000n;
  return whole >= longMin && whole <= longMax ? { seconds: whole, nanos: Number(nanos) } : undefined;
}

export interface PeriodParts {
  readonly years: number;
  readonly months: number;
  readonly days: number;
}

/** `P1Y2M3D`, `P0D` */
export function periodText({ years, months, days }: PeriodParts): string {
  const text = `${years ? `${years}Y` : ""}${months ? `${months}M` : ""}${days ? `${days}D` : ""}`;
  return text === "" ? "P0D" : `P${text}`;
}

const isInt = (value: number): boolean => value === (value | 0);

export function parsePeriod(text: string): PeriodParts | undefined {
  const match = /^([+-])?P(?:([+-]?\d+)Y)?(?:([+-]?\d+)M)?(?:([+-]?\d+)W)?(?:([+-]?\d+)D)?$/i.exec(text);
  if (!match || /P$/i.test(text)) return undefined;
  const sign = match[1] === "-" ? -1 : 1;
  const [years = 0, months = 0, weeks = 0, days = 0] = match.slice(2).map((part) => sign * Number(part ?? "0"));
  const parts = { years, months, days: weeks * 7 + days };
  return isInt(parts.years) && isInt(parts.months) && isInt(parts.days) ? parts : undefined;
}
