/** Source: gRPC over HTTP/2, "Timeout": at most 8 digits and a unit. */
const units: readonly (readonly [unit: string, ms: number])[] = [
  ["u", 0.001],
  ["m", 1],
  ["S", 1000],
  ["M", 60_000],
  ["H", 3_600_000],
];

/** A `grpc-timeout` value in the finest unit that 8 digits allow; what has passed already is 1 microsecond. */
export function timeoutText(ms: number): string {
  for (const [unit, unitMs] of units) {
    const amount = Math.max(1, Math.ceil(ms / unitMs));
    if (amount < 1e8) return `${amount}${unit}`;
  }
  return "99999999H";
}

/** The duration of a `grpc-timeout` in ms; undefined if it does not parse: then there is none, as for other servers. */
export function parseTimeout(text: string): number | undefined {
  const match = /^(\d{1,8})([numSMH])$/.exec(text);
  if (!match) return undefined;
  const amount = Number(match[1]);
  if (match[2] === "n") return amount / 1e6;
  return amount * (units.find(([unit]) => unit === match[2])?.[1] ?? 0);
}
