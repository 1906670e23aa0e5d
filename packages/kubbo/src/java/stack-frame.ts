import { javaClass } from "./java-class.ts";
import type { TypeOf } from "./java-type.ts";
import { int } from "./primitive.ts";
import { string } from "./text.ts";

/** One line of a stack trace: the four fields that every Java has. Newer ones send four more, about modules. */
export const stackFrame = javaClass("java.lang.StackTraceElement", {
  declaringClass: string,
  methodName: string,
  fileName: string,
  lineNumber: int,
});

export type StackFrame = Readonly<TypeOf<typeof stackFrame>>;

/** `com.acme.Shop.sell(Shop.java:12)`, as Java prints it. Source: StackTraceElement.toString. */
export function stackFrameText({ declaringClass, methodName, fileName, lineNumber }: StackFrame): string {
  const place =
    lineNumber === -2
      ? "Native Method"
      : fileName === null
        ? "Unknown Source"
        : lineNumber >= 0
          ? `${fileName}:${lineNumber}`
          : fileName;
  return `${declaringClass}.${methodName}(${place})`;
}

/** Lines of a stack that travel. */
const maxFrames = 32;

/** `    at Shop.sell (file:///app/shop.ts:12:34)`, `    at async file:///app/shop.ts:12:34` */
const linePattern = /^\s+at (?:async )?(?:(?:new )?(.+?) (?:\[as [^\]]+\] )?\()?(.+?):(\d+):\d+\)?$/;

/** The stack of a JavaScript error as Java wants it. File names come without their directories. */
export function framesOfError(error: Error): readonly StackFrame[] {
  const frames: StackFrame[] = [];
  for (const line of (error.stack ?? "").split("\n")) {
    const match = linePattern.exec(line);
    const [, name = "<anonymous>", file = "", number = "0"] = match ?? [];
    // Node's own files say nothing to the reader.
    if (!match || file.startsWith("node:")) continue;
    const dot = name.lastIndexOf(".");
    frames.push({
      // Java requires a class; the file of a plain function is the nearest thing.
      declaringClass: dot > 0 ? name.slice(0, dot) : baseName(file),
      methodName: name.slice(dot + 1),
      fileName: baseName(file),
      lineNumber: Number(number),
    });
    if (frames.length === maxFrames) break;
  }
  return frames;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
