/** Up to this many values a search through an array is faster than a Map: measured, and most messages have fewer. */
const smallSize = 24;

/**
 * The numbers of the lists, maps and objects of one stream, in the order in which their writing began.
 *
 * Identity decides, not equality. Values without an identity in JavaScript (an enum constant, a BigDecimal) take a
 * number as well: the reader counts them.
 */
export class ReferenceTable {
  /** By number, the first `smallSize` ones; undefined where nothing can refer to it. Its places are used again. */
  readonly #first: unknown[] = new Array<unknown>(smallSize).fill(undefined);
  #count = 0;
  /** Set if and only if there are more than `smallSize` values: all of them. */
  #numbers: Map<unknown, number> | undefined;

  /** The number of a value that was added before, or -1. */
  find(value: object): number {
    if (this.#numbers) return this.#numbers.get(value) ?? -1;
    for (let number = 0; number < this.#count; number++) {
      if (this.#first[number] === value) return number;
    }
    return -1;
  }

  /** Gives the next number to `value`; undefined: to something that nothing will refer to. */
  add(value: object | undefined): void {
    const number = this.#count++;
    if (number < smallSize) {
      this.#first[number] = value;
      return;
    }
    this.#numbers ??= new Map(this.#first.map((each, known) => [each, known]));
    if (value !== undefined) this.#numbers.set(value, number);
  }

  /** Forgets everything, also what it kept alive. */
  clear(): void {
    for (let number = Math.min(this.#count, smallSize) - 1; number >= 0; number--) this.#first[number] = undefined;
    this.#count = 0;
    this.#numbers = undefined;
  }
}
