import { noAttachments } from "../model/attachments.ts";
import type { Reply, ServerCall } from "../model/call.ts";
import { runWith } from "../model/context.ts";
import type { Contract, Method } from "../model/contract.ts";
import { composeFilters, type Next, type ServerFilter } from "../model/filter.ts";
import type { Dispatcher, HandlerContext, Lookup } from "../model/handler.ts";
import { RpcError } from "../model/rpc-error.ts";
import { type ServiceKey, serviceKeyText } from "../model/service-key.ts";
import { genericTargets, type Target } from "./generic.ts";

/** A provider's functions by method name. */
export type Implementation = Readonly<Record<string, unknown>>;

interface Export {
  readonly service: ServiceKey;
  readonly contract: Contract;
  /** By the method's name on the wire; several where a Java interface overloads it. */
  readonly methods: ReadonlyMap<string, readonly Target[]>;
  /** Dubbo's own methods, by name: `$invoke`, `$invokeAsync`, `$echo`. Made when one is asked for. */
  generic: ReadonlyMap<string, Target> | undefined;
}

/** What a server provides: finds the method of a call, and runs it with the filters around. */
export class Registry implements Dispatcher {
  readonly #exports = new Map<string, Export>();
  /** Services of the library itself, by key without group: any group reaches them, and users' filters do not see them. */
  readonly #builtIn = new Map<string, Export>();
  readonly #filters: readonly ServerFilter[];

  /** @param filters looked at when a service is added: those registered later do not see its calls */
  constructor(filters: readonly ServerFilter[]) {
    this.#filters = filters;
  }

  /** Services, in the order in which they were added. */
  get services(): readonly ServiceKey[] {
    return [...this.#exports.values()].map((each) => each.service);
  }

  /**
   * Adds a service.
   *
   * Errors: INVALID_ARGUMENT `bad-contract` if a method is not implemented; `bad-service-key` if it is there already.
   */
  add(service: ServiceKey, contract: Contract, implementation: Implementation): void {
    const text = serviceKeyText(service);
    if (this.#exports.has(text)) {
      throw new RpcError(
        "INVALID_ARGUMENT",
        "bad-service-key",
        `${text} is provided already. Give the second one a group or version of its own.`,
      );
    }
    // Streams are no part of this version: the protocol's server refuses their calls.
    const missing = [...contract.methods.values()].filter(
      (method) => method.kind === "unary" && !functionOf(implementation, method),
    );
    if (missing.length > 0) {
      throw new RpcError(
        "INVALID_ARGUMENT",
        "bad-contract",
        `the implementation of ${text} lacks ${missing.map((method) => `${method.name}()`).join(", ")}`,
      );
    }
    this.#exports.set(text, exported(service, contract, implementation, this.#filters));
  }

  /** Adds a service of the library: found in any group, and not among `services`. */
  addBuiltIn(service: ServiceKey, contract: Contract, implementation: Implementation): void {
    this.#builtIn.set(serviceKeyText(service), exported(service, contract, implementation, []));
  }

  /** What users have added, with the contracts. */
  get provided(): readonly { readonly service: ServiceKey; readonly contract: Contract }[] {
    return [...this.#exports.values()];
  }

  find(service: ServiceKey, path: string, javaTypes?: readonly string[]): Lookup {
    const text = serviceKeyText(service);
    const found = this.#exports.get(text) ?? this.#builtIn.get(withoutGroup(service));
    if (!found) return { t: "no-service", why: this.#notFound(service, text) };
    const fitting = overloadOf(found, path, javaTypes);
    if (!fitting) return { t: "no-method", why: noMethod(found, path, javaTypes) };
    return { t: "found", service: found.service, contract: found.contract, ...fitting };
  }

  sample(interfaceName: string, path: string, javaTypes: readonly string[]): Method | undefined {
    for (const exports of [this.#exports, this.#builtIn]) {
      for (const each of exports.values()) {
        if (each.service.interface !== interfaceName) continue;
        const found = overloadOf(each, path, javaTypes);
        if (found) return found.method;
      }
    }
    return undefined;
  }

  #notFound(service: ServiceKey, text: string): string {
    const others = this.services.filter((each) => each.interface === service.interface).map(serviceKeyText);
    return others.length > 0
      ? `${text} is not provided here, but ${others.join(", ")}. Check group and version.`
      : `${text} is not provided here. This server provides ${this.services.map(serviceKeyText).join(", ") || "nothing"}.`;
  }
}

function withoutGroup({ interface: name, version }: ServiceKey): string {
  return serviceKeyText({ interface: name, ...(version !== undefined && { version }) });
}

function exported(
  service: ServiceKey,
  contract: Contract,
  implementation: Implementation,
  filters: readonly ServerFilter[],
): Export {
  const methods = new Map<string, Target[]>();
  for (const method of contract.methods.values()) {
    const overloads = methods.get(method.path) ?? [];
    overloads.push({ method, run: composeFilters(filters, invoker(implementation, method)) });
    methods.set(method.path, overloads);
  }
  return { service, contract, methods, generic: undefined };
}

function noMethod(found: Export, path: string, javaTypes: readonly string[] | undefined): string {
  const signature = javaTypes ? `${path}(${javaTypes.join(", ")})` : path;
  const there = [...found.methods.values()].flat().map(({ method }) => signatureOf(method));
  return `${serviceKeyText(found.service)} has no method ${signature}; it has ${there.join(", ")}`;
}

/** Dubbo's own methods of a Java contract, which every one has. */
function genericOf(found: Export): ReadonlyMap<string, Target> {
  found.generic ??= genericTargets(found.contract, (path, javaTypes) => {
    const overloads = found.methods.get(path) ?? [];
    const isAmbiguous = javaTypes === undefined && overloads.length > 1;
    return (isAmbiguous ? undefined : overloadOf(found, path, javaTypes)) ?? noMethod(found, path, javaTypes);
  });
  return found.generic;
}

function overloadOf(found: Export, path: string, javaTypes: readonly string[] | undefined): Target | undefined {
  if (path.startsWith("$")) {
    const target = genericOf(found).get(path);
    if (target) return javaTypes && !sameTypes(target.method.javaTypes, javaTypes) ? undefined : target;
  }
  const overloads = found.methods.get(path) ?? [];
  return javaTypes === undefined || overloads.every(({ method }) => method.javaTypes === undefined)
    ? overloads[0]
    : overloads.find(({ method }) => sameTypes(method.javaTypes, javaTypes));
}

function signatureOf(method: Method): string {
  return method.javaTypes ? `${method.path}(${method.javaTypes.join(", ")})` : method.path;
}

function sameTypes(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.length === b.length && a.every((type, index) => type === b[index]);
}

function functionOf(implementation: Implementation, method: Method): ((...args: unknown[]) => unknown) | undefined {
  const found = implementation[method.name];
  return typeof found === "function" ? (found as (...args: unknown[]) => unknown) : undefined;
}

/** Calls the user's function and makes a reply of what it gives. */
function invoker(implementation: Implementation, method: Method): Next<ServerCall> {
  return async (call) => {
    const context = new Context(call);
    const run = functionOf(implementation, method);
    if (!run) throw new RpcError("UNIMPLEMENTED", "no-method", `${method.name} is gone from the implementation`);
    const args = method.javaTypes ? (call.message as readonly unknown[]) : [call.message];
    try {
      const message: unknown = await runWith(call.context, () => run.call(implementation, ...args, context));
      return reply(message, context);
    } catch (error) {
      throw handlerError(error);
    }
  };
}

/** An RpcError is what the handler wants the caller to get; anything else is its own exception. */
function handlerError(error: unknown): RpcError {
  if (RpcError.is(error)) {
    if (!error.unprocessed) return error;
    // That a call of the handler was not processed says nothing about the call that the handler serves.
    return new RpcError(error.code, error.reason, error.message, { facts: error.facts, cause: error });
  }
  const message = error instanceof Error ? error.message || error.name : String(error);
  return new RpcError("UNKNOWN", "exception", message, { cause: error });
}

function reply(message: unknown, context: Context): Reply {
  const trailers = context.given ?? noAttachments;
  return { headers: noAttachments, message, trailers: Promise.resolve(trailers) };
}

/** The handler's view of its call. Response attachments are made when first touched. */
class Context implements HandlerContext {
  readonly #call: ServerCall;
  #given: Record<string, string | Uint8Array> | undefined;

  constructor(call: ServerCall) {
    this.#call = call;
  }

  get signal() {
    return this.#call.context.signal;
  }
  get deadline() {
    return this.#call.deadline;
  }
  get attachments() {
    return this.#call.attachments;
  }
  get peer() {
    return this.#call.context.peer;
  }
  get responseAttachments() {
    this.#given ??= Object.create(null) as Record<string, string | Uint8Array>;
    return this.#given;
  }
  /** What the handler has set, if it has touched them at all. */
  get given() {
    return this.#given;
  }
}
