// The first byte of a value tells its kind, and for short values its length or the value itself.
//
// Source: Hessian 2.0 grammar as in com.alibaba.com.caucho.hessian.io.Hessian2Constants (hessian-lite 4.0.3).

/** 00-1f: string of 0..31 UTF-16 units. */
export const shortString = 0x00;
export const shortStringMax = 0x1f;
/** 20-2f: binary of 0..15 bytes. */
export const shortBinary = 0x20;
export const shortBinaryMax = 0x0f;
/** 30-33 b0: string of 0..1023 units. */
export const mediumString = 0x30;
export const mediumStringMax = 0x3ff;
/** 34-37 b0: binary of 0..1023 bytes. */
export const mediumBinary = 0x34;
export const mediumBinaryMax = 0x3ff;
/** 38-3f b1 b0: long, -262144..262143; the middle is 3c. */
export const long3 = 0x3c;
/** 'A' b1 b0 bytes: a chunk of a binary, more follow. */
export const binaryChunk = 0x41;
/** 'B' b1 b0 bytes: the last chunk of a binary. */
export const binaryEnd = 0x42;
/** 'C' string int string*: a class definition, followed by the value that needs it. */
export const classDefinition = 0x43;
/** 'D': double, 8 bytes. */
export const double8 = 0x44;
/** 'F' */
export const booleanFalse = 0x46;
/** 'H' (value value)* 'Z': map. */
export const untypedMap = 0x48;
/** 'I': int, 4 bytes. */
export const int4 = 0x49;
/** Date, 8 bytes: milliseconds since 1970. */
export const dateMillis = 0x4a;
/** Date, 4 bytes: minutes since 1970, signed. */
export const dateMinutes = 0x4b;
/** 'L': long, 8 bytes. */
export const long8 = 0x4c;
/** 'M' type (value value)* 'Z': map of a Java class. */
export const typedMap = 0x4d;
/** 'N' */
export const nullTag = 0x4e;
/** 'O' int value*: object of the class definition with that index. */
export const object = 0x4f;
/** 51 int: the value with that number, once more. */
export const reference = 0x51;
/** 'R' b1 b0: a chunk of a string, more follow. */
export const stringChunk = 0x52;
/** 'S' b1 b0: the last chunk of a string. */
export const stringEnd = 0x53;
/** 'T' */
export const booleanTrue = 0x54;
/** 55 type value* 'Z' */
export const typedListOpen = 0x55;
/** 'V' type int value* */
export const typedList = 0x56;
/** 57 value* 'Z' */
export const untypedListOpen = 0x57;
/** 58 int value* */
export const untypedList = 0x58;
/** 59: long from a 4-byte int. */
export const long4 = 0x59;
/** 'Z': the end of a map or of an open list. */
export const endTag = 0x5a;
/** 5b, 5c: the doubles 0 and 1. */
export const doubleZero = 0x5b;
export const doubleOne = 0x5c;
/** 5d b0: double from one signed byte. */
export const double1 = 0x5d;
/** 5e b1 b0: double from two. */
export const double2 = 0x5e;
/** 5f: double from a 4-byte int of thousandths. */
export const doubleMilli = 0x5f;
/** 60-6f value*: object of class definition 0..15. */
export const shortObject = 0x60;
export const shortObjectMax = 0x0f;
/** 70-77 type value*: list of a Java class, 0..7 elements. */
export const shortTypedList = 0x70;
/** 78-7f value*: list of 0..7 elements. */
export const shortUntypedList = 0x78;
export const shortListMax = 7;
/** 80-bf: int, -16..47; the middle is 90. */
export const int1 = 0x90;
/** c0-cf b0: int, -2048..2047; the middle is c8. */
export const int2 = 0xc8;
/** d0-d7 b1 b0: int, -262144..262143; the middle is d4. */
export const int3 = 0xd4;
/** d8-ef: long, -8..15; the middle is e0. */
export const long1 = 0xe0;
/** f0-ff b0: long, -2048..2047; the middle is f8. */
export const long2 = 0xf8;

/** The kinds of values, in the words that errors use. */
export const kind = {
  unused: 0,
  string: 1,
  binary: 2,
  int: 3,
  long: 4,
  double: 5,
  boolean: 6,
  null: 7,
  date: 8,
  list: 9,
  map: 10,
  object: 11,
  reference: 12,
  end: 13,
} as const;

const kindNames = Object.keys(kind);

/** The kind that begins with each of the 256 tags. A class definition counts as object: one follows it. */
export const kindOf: Uint8Array = new Uint8Array(256);

const ranges: readonly [first: number, last: number, kind: number][] = [
  [0x00, 0x1f, kind.string],
  [0x20, 0x2f, kind.binary],
  [0x30, 0x33, kind.string],
  [0x34, 0x37, kind.binary],
  [0x38, 0x3f, kind.long],
  [binaryChunk, binaryEnd, kind.binary],
  [classDefinition, classDefinition, kind.object],
  [double8, double8, kind.double],
  [booleanFalse, booleanFalse, kind.boolean],
  [untypedMap, untypedMap, kind.map],
  [int4, int4, kind.int],
  [dateMillis, dateMinutes, kind.date],
  [long8, long8, kind.long],
  [typedMap, typedMap, kind.map],
  [nullTag, nullTag, kind.null],
  [object, object, kind.object],
  [reference, reference, kind.reference],
  [stringChunk, stringEnd, kind.string],
  [booleanTrue, booleanTrue, kind.boolean],
  [typedListOpen, untypedList, kind.list],
  [long4, long4, kind.long],
  [endTag, endTag, kind.end],
  [doubleZero, doubleMilli, kind.double],
  [0x60, 0x6f, kind.object],
  [0x70, 0x7f, kind.list],
  [0x80, 0xbf, kind.int],
  [0xc0, 0xcf, kind.int],
  [0xd0, 0xd7, kind.int],
  [0xd8, 0xff, kind.long],
];
for (const [first, last, which] of ranges) kindOf.fill(which, first, last + 1);

/** `int (0x90)`, for errors. */
export function tagText(tag: number): string {
  return `${kindNames[kindOf[tag] ?? 0]} (0x${tag.toString(16).padStart(2, "0")})`;
}
