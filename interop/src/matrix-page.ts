/** How a row ended in one column. */
export interface Cell {
  /** Undefined: well. */
  readonly wrong: string | undefined;
  /** Whether Dubbo fails at it between two peers of its own. */
  readonly peersFail: boolean;
}

export interface Column {
  readonly title: string;
  /** A row that is not here does not apply. */
  readonly cells: ReadonlyMap<string, Cell>;
}

function textOf(cell: Cell | undefined): string {
  if (!cell) return "–";
  if (cell.wrong === undefined) return cell.peersFail ? "yes, Java itself not" : "yes";
  return cell.peersFail ? "no, nor Java itself" : "**no**";
}

/** The rows of the columns as a table of Markdown, in the order in which they appear first. */
export function matrixTable(columns: readonly Column[]): readonly string[] {
  const rows = new Set(columns.flatMap(({ cells }) => [...cells.keys()]));
  return [
    `| | ${columns.map(({ title }) => title).join(" | ")} |`,
    `| --- | ${columns.map(() => "---").join(" | ")} |`,
    ...[...rows].map((row) => `| ${row} | ${columns.map(({ cells }) => textOf(cells.get(row))).join(" | ")} |`),
  ];
}
