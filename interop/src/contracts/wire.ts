import {
  bytes,
  completableFuture,
  int,
  javaException,
  javaInterface,
  javaVoid,
  list,
  map,
  method,
  string,
} from "kubbo/java";
import { Item } from "./types.ts";

// The twin of interop/dubbo2/src/main/java/dev/kubbo/interop/dubbo2/Wire.java.

const prefix = "dev.kubbo.interop.dubbo2";

export const Fault = javaException(`${prefix}.Fault`, { code: int });

export const Wire = javaInterface(`${prefix}.Wire`, {
  text: method([string], string),
  fail: method([string, string], string, { throws: [Fault] }),
  attachments: method([], map(string, string)),
  sleep: method([int], string),
  bytes: method([int], bytes),
  note: method([string], javaVoid, { oneWay: true }),
  notes: method([], list(string)),
  later: method([string], completableFuture(string)),
  next: method([Item], Item),
});
