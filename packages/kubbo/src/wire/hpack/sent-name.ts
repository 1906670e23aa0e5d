import { type FieldPolicy, fieldPolicy } from "./field-policy.ts";
import { isFieldName } from "./field-text.ts";
import { staticIndexOf, staticIndexOfName } from "./static-table.ts";

/** Values of a name that are remembered as seen once. */
const recentValues = 4;

/** After so many values in a row that did not come again, a name counts as one that differs from call to call. */
const missesToPlain = 64;

/** Values in the table of one name, before those are forgotten that have left it. */
const valuesToPurge = 32;

/** What the encoder knows of a field's name. */
export class SentName {
  readonly name: string;
  readonly valid: boolean;
  readonly policy: FieldPolicy;
  readonly #staticIndex: number;
  /** Number (DynamicTable.added) of the newest field with this name; -1: none. */
  #newest = -1;
  /** Number of the field by its value. May hold fields that have left the table. */
  readonly #byValue = new Map<string, number>();
  readonly #staticByValue = new Map<string, number>();
  readonly #recent: string[] = [];
  #nextRecent = 0;
  #misses = 0;

  constructor(name: string) {
    this.name = name;
    this.valid = isFieldName(name);
    this.policy = fieldPolicy(name);
    this.#staticIndex = staticIndexOfName.get(name) ?? 0;
  }

  /** The number of the field with this value; -1: not in the table. @param oldest number of the oldest field there */
  numberOf(value: string, oldest: number): number {
    const number = this.#byValue.get(value);
    return number === undefined || number < oldest ? -1 : number;
  }

  /** The static index of the field with this value; 0: none. */
  staticIndexOf(value: string): number {
    if (this.#staticIndex === 0) return 0;
    let index = this.#staticByValue.get(value);
    if (index === undefined) {
      index = staticIndexOf(this.name, value);
      if (index !== 0) this.#staticByValue.set(value, index);
    }
    return index;
  }

  /** The static index of the name alone; 0: none. */
  get staticIndex(): number {
    return this.#staticIndex;
  }

  /** Number of a field with this name; -1: none. */
  newest(oldest: number): number {
    return this.#newest < oldest ? -1 : this.#newest;
  }

  /** Whether values of this name are put into the table when they come again. */
  get mayRepeat(): boolean {
    return this.policy === "repeat" && this.#misses < missesToPlain;
  }

  /** Whether this value came before not long ago, so that it is worth a place in the table; it counts as seen now. */
  comesAgain(value: string): boolean {
    if (!this.mayRepeat) return false;
    if (this.#recent.includes(value)) {
      this.#misses = 0;
      return true;
    }
    this.#misses++;
    this.#recent[this.#nextRecent] = value;
    this.#nextRecent = (this.#nextRecent + 1) % recentValues;
    return false;
  }

  added(value: string, number: number, oldest: number): void {
    if (this.#byValue.size >= valuesToPurge) {
      for (const [known, at] of this.#byValue) if (at < oldest) this.#byValue.delete(known);
    }
    this.#byValue.set(value, number);
    this.#newest = number;
  }
}
