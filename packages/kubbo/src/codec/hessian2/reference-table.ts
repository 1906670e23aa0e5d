/** Up to this many values a search through an array is faster than a Map: measured, and most messages have fewer. */
const smallSize = 24;

/**
 * The numbers of the lists, maps and objects of one stream, in the order in which their writing began.
 *
 * Identity decides, not equality. Values without an identity in JavaScript (an enum constant, a BigDecimal) take a
 * number as well: the reader counts them.
 */
export class ReferenceTable {
  /** By number; undefined where nothing can refer to it. */
  #values: unknown[] = [];
  /** Set if and only if there are more than `smallSize` values. */
  #numbers: Map<unknown, number> | undefined;

  /** The number of a value that was added before, or -1. */
  find(value: object): number {
    return this.#numbers ? (this.#numbers.get(value) ?? -1) : this.#values.indexOf(value);
  }

  /** Gives the next number to `value`; undefined: to something that nothing will refer to. */
  add(value: object | undefined): void {
    const number = this.#values.push(value) - 1;
    if (this.#numbers) {
      if (value !== undefined) this.#numbers.set(value, number);
    } else if (number >= smallSize) {
      this.#numbers = new Map();
      for (const [each, known] of this.#values.entries()) {
        if (known !== undefined) this.#numbers.set(known, each);
      }
    }
  }

  /** Forgets everything, also what it kept alive. */
  clear(): void {
    if (this.#values.length > 0) this.#values = [];
    this.#numbers = undefined;
  }
}
