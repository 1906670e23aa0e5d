// kubbo/hessian2: the codec by itself.

export { ClassTable, type ReadDefinition } from "./class-table.ts";
export { type Hessian2Codec, isHessian2Codec } from "./codec.ts";
export { parameterDescriptor, parseDescriptor } from "./descriptor.ts";
export { type DecodeOptions, decode, encode } from "./encode.ts";
export { asDouble, asInt, asLong, JavaValue } from "./java-value.ts";
export { defaultLimits, type Hessian2Limits, resolveLimits } from "./limits.ts";
export { type Definition, Hessian2Reader, type ReadableClass } from "./reader.ts";
export { $class, javaClassOf, setJavaClass } from "./remembered-class.ts";
export { type ClassDefinition, classDefinition, Hessian2Writer, type Writable } from "./writer.ts";
