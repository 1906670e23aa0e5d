import { badMessage, named } from "../../wire/wire-error.ts";
import type { Hessian2Limits } from "./limits.ts";
import { Hessian2Reader } from "./reader.ts";
import { Hessian2Writer } from "./writer.ts";

/** Writers that nobody uses. More than one only if a value is encoded while another one is (by a getter of it). */
const idle: Hessian2Writer[] = [];

/** The bytes of one stream. @param root the name of the value, with which the path in an error begins */
export function writeMessage(root: string, write: (writer: Hessian2Writer) => void): Uint8Array {
  const writer = idle.pop() ?? new Hessian2Writer();
  try {
    write(writer);
    return writer.out.take();
  } catch (error) {
    writer.out.truncate(0);
    throw named(error, root);
  } finally {
    writer.reset();
    idle.push(writer);
  }
}

/** What `read` reads from a stream, which must be all of it. @param root as in `writeMessage` */
export function readMessage<T>(
  bytes: Uint8Array,
  root: string,
  limits: Required<Hessian2Limits>,
  read: (reader: Hessian2Reader) => T,
): T {
  try {
    const reader = new Hessian2Reader(bytes, limits);
    const value = read(reader);
    if (reader.left > 0) throw badMessage(reader.at, "the end of the message", `${reader.left} more bytes`);
    return value;
  } catch (error) {
    throw named(error, root);
  }
}
