/** One thing to be timed. */
export interface Row {
  readonly name: string;
  /** Does the work `count` times. */
  run(count: number): unknown;
}

export interface RoundOptions {
  /** Default 15; a claim needs at least 9. */
  readonly rounds?: number;
  /** How long a row runs in one round, in ms. Default 100. */
  readonly roundMs?: number;
  readonly onRound?: (round: number, rounds: number) => void;
}

/**
 * Times rows in turns, so that whatever else the machine does meets all of them alike.
 *
 * Shape: per row, the microseconds of one operation in each round; the same index is the same round.
 */
export async function measure(
  rows: readonly Row[],
  { rounds = 15, roundMs = 100, onRound }: RoundOptions = {},
): Promise<ReadonlyMap<string, readonly number[]>> {
  const counts: number[] = [];
  for (const row of rows) counts.push(await calibrate(row, roundMs));
  const times = new Map(rows.map((row) => [row.name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    onRound?.(round + 1, rounds);
    for (let i = 0; i < rows.length; i++) {
      // Each round begins with another row: none always follows the same one.
      const at = (i + round) % rows.length;
      const row = rows[at] as Row;
      const count = counts[at] as number;
      const startedAt = performance.now();
      await row.run(count);
      times.get(row.name)?.push(((performance.now() - startedAt) * 1000) / count);
    }
  }
  return times;
}

/** How many operations fill `roundMs`; warms the row up on the way. */
async function calibrate(row: Row, roundMs: number): Promise<number> {
  for (let count = 16; ; count *= 2) {
    const startedAt = performance.now();
    await row.run(count);
    const tookMs = performance.now() - startedAt;
    if (tookMs < roundMs) continue;
    await row.run(count);
    return Math.max(1, Math.round((count * roundMs) / tookMs));
  }
}
