// kubbo/java: Java interfaces and their types, declared in TypeScript.

export { parameterDescriptor, parseDescriptor } from "../codec/hessian2/descriptor.ts";
export { JavaValue } from "../codec/hessian2/java-value.ts";
export { $class, javaClassOf } from "../codec/hessian2/remembered-class.ts";
export { array } from "./array.ts";
export { bytes } from "./bytes.ts";
export { date, dateMillis, sqlDate, sqlTime, sqlTimestamp } from "./date.ts";
export { type JavaExceptionOptions, type JavaExceptionType, javaException } from "./exception-type.ts";
export { type JavaClass, type JavaClassOptions, javaClass } from "./java-class.ts";
export { type JavaEnum, type JavaEnumOptions, javaEnum } from "./java-enum.ts";
export { JavaException } from "./java-exception.ts";
export {
  type JavaConsumer,
  type JavaContract,
  type JavaContractMethod,
  type JavaInterfaceOptions,
  type JavaMethods,
  type JavaProvider,
  javaInterface,
} from "./java-interface.ts";
export type { AnyJavaType, InputOf, JavaType, TypeOf } from "./java-type.ts";
export { atomicBoolean, atomicInteger, atomicLong, classOf, currency, file, locale, uuid } from "./jdk.ts";
export { collection, list, set } from "./list.ts";
export { map } from "./map.ts";
export { bigDecimal, bigInteger } from "./math.ts";
export { type JavaMethod, type JavaMethodOptions, method } from "./method.ts";
export { completableFuture, javaVoid, nullable, number, object, opaque } from "./object.ts";
export { boolean, boxed, byte, char, double, float, int, long, longAsNumber, short } from "./primitive.ts";
export type { StackFrame } from "./stack-frame.ts";
export { charArray, string } from "./text.ts";
export { throwable } from "./throwable.ts";
export {
  duration,
  instant,
  localDate,
  localDateTime,
  localTime,
  monthDay,
  offsetDateTime,
  offsetTime,
  period,
  year,
  yearMonth,
  zonedDateTime,
  zoneId,
  zoneOffset,
} from "./time.ts";
export { type ArgumentsCodec, codecOf, type TypeCodecOptions, type TypedCodec } from "./type-codec.ts";
export { typed } from "./typed.ts";
