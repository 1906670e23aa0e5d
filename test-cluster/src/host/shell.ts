/** A word of a shell script, quoted so that the shell reads it as it is. */
export function shellQuote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
