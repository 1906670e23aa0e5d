import type { Codec } from "../../model/contract.ts";
import type { Hessian2Reader } from "./reader.ts";
import type { Hessian2Writer } from "./writer.ts";

/**
 * A codec that can share a stream with others: on Dubbo2 the head of a request, its arguments and its attachments are
 * one stream, in which references and class definitions run through.
 *
 * Shape: `encode` and `decode` are a stream of their own; `write` and `read` continue the one they are given.
 * Errors: as `Codec`. When `write` throws, bytes of the value stand in `writer.out`, and `writer` is to be reset.
 */
export interface Hessian2Codec<T = unknown> extends Codec<T> {
  readonly format: "hessian2";
  /** @param path the name of the value in errors. Default: what the declaration suggests */
  write(writer: Hessian2Writer, value: T, path?: string): void;
  read(reader: Hessian2Reader): T;
}

/** Whether a codec of a contract is of this format. */
export function isHessian2Codec(codec: Codec): codec is Hessian2Codec {
  return codec.format === "hessian2";
}
