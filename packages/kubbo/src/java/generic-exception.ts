import { javaException } from "./exception-type.ts";
import { JavaException } from "./java-exception.ts";
import { string } from "./text.ts";

/** Source: org.apache.dubbo.rpc.service.GenericException, 2.7 to 3.3. */
const GenericException = javaException("org.apache.dubbo.rpc.service.GenericException", {
  exceptionClass: string,
  exceptionMessage: string,
});

/** What a generic caller, who may not have the class of an exception, gets instead of it. */
export function genericException(error: Error): JavaException<unknown> {
  const exceptionClass = JavaException.is(error) ? error.javaClass : "java.lang.RuntimeException";
  const exceptionMessage = JavaException.is(error) ? error.javaMessage : error.message;
  const generic = GenericException.create(
    { exceptionClass, exceptionMessage },
    `${exceptionClass}: ${exceptionMessage ?? ""}`,
  );
  // Where it was thrown, not where it was turned into another one.
  if (error.stack !== undefined) Object.defineProperty(generic, "stack", { value: error.stack });
  return generic;
}
