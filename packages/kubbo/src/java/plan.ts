import { within } from "../codec/hessian2/errors.ts";
import type { Definition, Hessian2Reader } from "../codec/hessian2/reader.ts";
import type { Field } from "./field.ts";

/**
 * Reads the values of an object's fields in whatever order the peer has them, into `slots` in the declared order.
 *
 * What the peer has and we do not is read and dropped: it may hold classes and objects that are referred to later.
 * Of two fields of one name (a shadowed field of Java) the last one counts, as in Java.
 */
export class FieldPlan {
  readonly #byName: ReadonlyMap<string, Field>;

  constructor(fields: readonly Field[]) {
    this.#byName = new Map(fields.map((field) => [field.name, field]));
  }

  /** The declared field of that name. */
  field(name: string): Field | undefined {
    return this.#byName.get(name);
  }

  read(reader: Hessian2Reader, definition: Definition, slots: unknown[]): void {
    const steps = definition.planOwner === this ? (definition.plan as (Field | undefined)[]) : this.#make(definition);
    reader.enter();
    let i = 0;
    try {
      for (; i < steps.length; i++) {
        const field = steps[i];
        if (field === undefined) reader.readValue();
        else slots[field.index] = field.read(reader);
      }
    } catch (error) {
      throw within(error, `.${definition.fields[i]}`, definition.name);
    }
    reader.leave();
  }

  /** Kept at the definition, which lives as long as the peer sends the same one. */
  #make(definition: Definition): (Field | undefined)[] {
    const steps = definition.fields.map((name) => this.#byName.get(name));
    definition.planOwner = this;
    definition.plan = steps;
    return steps;
  }

  /** As `read`, from the entries of a map: Java takes one where it knows the class. */
  readEntries(reader: Hessian2Reader, slots: unknown[]): void {
    reader.enter();
    let name: unknown;
    try {
      while (!reader.takeEnd()) {
        name = undefined;
        name = reader.readValue();
        const field = this.#byName.get(name as string);
        if (field === undefined) reader.readValue();
        else slots[field.index] = field.read(reader);
      }
    } catch (error) {
      throw within(error, typeof name === "string" ? `.${name}` : "");
    }
    reader.leave();
  }
}
