// Values of java.time as texts, in the form that Java's toString has: made from parts here, not by the code under test.

import fc from "fast-check";

const two = (value: number): string => String(value).padStart(2, "0");

function yearOf(year: number): string {
  if (year > 9999) return `+${year}`;
  return year < 0 ? `-${String(-year).padStart(4, "0")}` : String(year).padStart(4, "0");
}

/** In three, six or nine digits. */
const fractions = fc.oneof(
  fc.constant(""),
  ...[3, 6, 9].map((digits) =>
    fc
      .integer({ min: 1, max: 10 ** digits - 1 })
      .filter((value) => value % 1000 !== 0)
      .map((value) => `.${String(value).padStart(digits, "0")}`),
  ),
);

const yearNumbers = fc.oneof(
  fc.integer({ min: 1900, max: 2100 }),
  fc.integer({ min: -12_000, max: 12_000 }),
  fc.integer({ min: -999_999_999, max: 999_999_999 }),
);
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const monthDayParts = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }))
  .map(([month, day]) => [month, Math.min(day, month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31)] as const);

export const years = yearNumbers.map(String);
/** Without the plus that a day has in such a year. */
export const yearMonths = fc
  .tuple(yearNumbers, fc.integer({ min: 1, max: 12 }))
  .map(([year, month]) => `${yearOf(year).replace("+", "")}-${two(month)}`);
export const monthDays = monthDayParts.map(([month, day]) => `--${two(month)}-${two(day)}`);

function daysOf(yearsOf: fc.Arbitrary<number>): fc.Arbitrary<string> {
  return fc
    .tuple(yearsOf, monthDayParts)
    .map(
      ([year, [month, day]]) =>
        `${yearOf(year)}-${two(month)}-${two(month === 2 && day === 29 && !isLeap(year) ? 28 : day)}`,
    );
}

const clock = fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59), fractions);

export const days = daysOf(yearNumbers);
/** Seconds that are 0 are left out. */
export const times = clock.map(([hour, minute, second, fraction]) => {
  const seconds = second === 0 && fraction === "" ? "" : `:${two(second)}${fraction}`;
  return `${two(hour)}:${two(minute)}${seconds}`;
});
export const dateTimes = fc.tuple(days, times).map(([day, time]) => `${day}T${time}`);
export const instants = fc
  .tuple(days, clock)
  .map(([day, [hour, minute, second, fraction]]) => `${day}T${two(hour)}:${two(minute)}:${two(second)}${fraction}Z`);

export const offsets = fc.integer({ min: -18 * 3600, max: 18 * 3600 }).map((seconds) => {
  if (seconds === 0) return "Z";
  const size = Math.abs(seconds);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, ...(size % 60 === 0 ? [] : [size % 60])];
  return `${seconds < 0 ? "-" : "+"}${parts.map(two).join(":")}`;
});
export const offsetDateTimes = fc.tuple(dateTimes, offsets).map((parts) => parts.join(""));
export const offsetTimes = fc.tuple(times, offsets).map((parts) => parts.join(""));

/** Zones whose offset never changed in those years: which offset is right elsewhere only a table of zones knows. */
const fixedZones: readonly (readonly [zone: string, offset: string])[] = [
  ["Asia/Tokyo", "+09:00"],
  ["UTC", "Z"],
  ["Etc/GMT+3", "-03:00"],
  ["Asia/Kolkata", "+05:30"],
];
const recentDateTimes = fc
  .tuple(daysOf(fc.integer({ min: 1975, max: 2090 })), times)
  .map(([day, time]) => `${day}T${time}`);
export const zonedDateTimes = fc.oneof(
  offsetDateTimes,
  fc
    .tuple(recentDateTimes, fc.constantFrom(...fixedZones))
    .map(([dateTime, [zone, offset]]) => `${dateTime}${offset}[${zone}]`),
);
export const zones = fc.constantFrom("Europe/Paris", "America/New_York", ...fixedZones.map(([zone]) => zone));

/** Hours, minutes and seconds of one sign; those that are 0 are left out. */
export const durations = fc
  .tuple(fc.constantFrom("", "-"), fc.nat(), fc.nat(59), fc.nat(59), fractions)
  .map(([sign, hours, minutes, seconds, fraction]) => {
    const digits = fraction.replace(/0+$/, "");
    const text = [
      hours === 0 ? "" : `${sign}${hours}H`,
      minutes === 0 ? "" : `${sign}${minutes}M`,
      seconds === 0 && digits === "" ? "" : `${sign}${seconds}${digits}S`,
    ].join("");
    return text === "" ? "PT0S" : `PT${text}`;
  });

const ints = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.integer());
export const periods = fc.tuple(ints, ints, ints).map(([inYears, inMonths, inDays]) => {
  const text = [
    inYears === 0 ? "" : `${inYears}Y`,
    inMonths === 0 ? "" : `${inMonths}M`,
    inDays === 0 ? "" : `${inDays}D`,
  ].join("");
  return text === "" ? "P0D" : `P${text}`;
});
