import type { Hessian2Codec } from "../codec/hessian2/codec.ts";
import { badArgument, named } from "../codec/hessian2/errors.ts";
import { JavaValue } from "../codec/hessian2/java-value.ts";
import type { GenericMethods, Method } from "../model/contract.ts";
import { RpcError } from "../model/rpc-error.ts";
import { array } from "./array.ts";
import { descriptorFromValue, valueFromDescriptor } from "./bean-descriptor.ts";
import { genericException } from "./generic-exception.ts";
import { jsonFromValue, valueFromJson } from "./generic-json.ts";
import { generalize, realize } from "./generic-value.ts";
import { JavaException } from "./java-exception.ts";
import type { AnyJavaType } from "./java-type.ts";
import type { AnyJavaMethod } from "./method.ts";
import { object } from "./object.ts";
import { string } from "./text.ts";
import { throwable } from "./throwable.ts";
import { argumentsCodec, type CodecContext, typeCodec } from "./type-codec.ts";

/** `$invoke(String method, String[] types, Object[] values)`. Source: org.apache.dubbo.rpc.service.GenericService, 3.3. */
export const invokeParams = [string, array(string), array(object)] as const;

/** How values travel in one mode of generic calls. */
interface Mode {
  /** What came, as values that `realize` takes. */
  in(value: unknown): unknown;
  /** What a method gave, read back without its declaration. */
  out(value: unknown): unknown;
}

const modes: Readonly<Record<string, Mode>> = {
  true: { in: (value) => value, out: generalize },
  bean: { in: valueFromDescriptor, out: descriptorFromValue },
  gson: { in: valueFromJson, out: jsonFromValue },
};

/** The generic methods of a contract. @param contract the classes that the contract knows */
export function genericMethods(contract: CodecContext): GenericMethods {
  const { classes } = contract;
  // Objects are read as what they say they are: a declared one would not say it any more.
  const context: CodecContext = { ...contract, classes: { ...classes, readable: classes.values } };
  const anything = typeCodec(object as AnyJavaType, "value", context);
  const exceptions = typeCodec(throwable as AnyJavaType, "exception", context) as Hessian2Codec<Error>;
  const generic = (path: string, params: readonly AnyJavaType[], exception: Hessian2Codec<Error>): Method =>
    Object.freeze({
      name: path,
      path,
      kind: "unary",
      javaTypes: params.map((type) => type.javaName),
      returnType: "java.lang.Object",
      idempotent: false,
      request: argumentsCodec(
        params,
        params.map((_, i) => `arg${i}`),
        context,
      ),
      response: anything,
      exception,
    });
  const asGeneric: Hessian2Codec<Error> = Object.freeze({
    ...exceptions,
    write: (writer, error: Error, path) => exceptions.write(writer, genericException(error), path),
    encode: (error: Error) => exceptions.encode(genericException(error)),
  } satisfies Hessian2Codec<Error>);
  const methods = [
    generic("$invoke", invokeParams, asGeneric),
    generic("$invokeAsync", invokeParams, asGeneric),
    generic("$echo", [object], exceptions),
  ];
  return Object.freeze({
    methods: new Map(methods.map((method) => [method.path, method])),
    arguments(method, values, mode) {
      const { params } = declarationOf(method);
      const { in: read } = modeOf(mode);
      try {
        if (values.length !== params.length) throw badArgument(`${params.length} arguments`, `${values.length}`);
        const plain = params.map((type, i) => realize(type, read(values[i]), context.classes.writable));
        // By way of the bytes: what the implementation gets is what any other caller's arguments would be.
        return method.request.decode(method.request.encode(plain)) as readonly unknown[];
      } catch (error) {
        throw named(error, method.name);
      }
    },
    result(method, value, mode) {
      if (method.returnType === "void" || value === undefined || value === null) return null;
      const { response } = method;
      if (mode === "raw.return") {
        const codec = response as Hessian2Codec;
        const javaName = method.returnType ?? "java.lang.Object";
        return new JavaValue({ javaName, write: (writer, given: unknown) => codec.write(writer, given) }, value);
      }
      return modeOf(mode).out(anything.decode(response.encode(value)));
    },
  } satisfies GenericMethods);
}

function declarationOf(method: Method): AnyJavaMethod {
  const { declared } = method as { readonly declared?: AnyJavaMethod };
  if (declared) return declared;
  throw new RpcError("UNIMPLEMENTED", "unsupported", `${method.name} is not a method of a Java interface`);
}

/** Source: org.apache.dubbo.rpc.support.ProtocolUtils, 3.3. */
function modeOf(mode: string): Mode {
  const found = Object.hasOwn(modes, mode) ? modes[mode] : undefined;
  if (found) return found;
  if (mode === "" || mode === "false" || mode === "raw.return") return modes["true"] as Mode;
  throw new RpcError(
    "UNIMPLEMENTED",
    "unsupported",
    `generic calls in the mode "${mode}" are not supported; there are "true", "raw.return", "bean" and "gson"`,
    { unprocessed: true },
  );
}

/** Whether an exception is what a generic call gives instead of the real one. */
export function isGenericException(error: unknown): error is JavaException<{
  readonly exceptionClass?: string;
  readonly exceptionMessage?: string;
}> {
  // Dubbo Java with its compatibility package uses the older name.
  return (
    JavaException.is(error) &&
    /^(?:org\.apache|com\.alibaba)\.dubbo\.rpc\.service\.GenericException$/.test(error.javaClass)
  );
}
