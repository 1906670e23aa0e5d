import type { Hessian2Reader } from "../codec/hessian2/reader.ts";
import type { Hessian2Writer } from "../codec/hessian2/writer.ts";
import type { AnyJavaType, DirectWrite } from "./java-type.ts";

/** A field of a declared class, ready to use. */
export interface Field {
  readonly name: string;
  /** Its place among the fields of the class. */
  readonly index: number;
  readonly type: AnyJavaType;
  readonly zero: unknown;
  /** Whether every JavaScript object has something of that name, such as `constructor`. */
  readonly inherited: boolean;
  readonly write: (writer: Hessian2Writer, value: never) => void;
  readonly direct: DirectWrite | undefined;
  readonly read: (reader: Hessian2Reader) => unknown;
}

/** The fields of a class in the order of their declaration. */
export function fieldsOf(types: Readonly<Record<string, AnyJavaType>> | ReadonlyMap<string, AnyJavaType>): Field[] {
  const entries = types instanceof Map ? [...types] : Object.entries(types);
  return entries.map(([name, declared]: [string, AnyJavaType], index) => {
    const type = declared.inField ?? declared;
    return Object.freeze({
      name,
      index,
      type,
      zero: type.zero,
      inherited: name in Object.prototype,
      write: type.write,
      direct: type.direct,
      read: type.read,
    });
  });
}
