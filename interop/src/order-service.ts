import { hostname } from "node:os";
import { type ProviderOf, RpcError } from "kubbo";
import { javaException, type TypeOf } from "kubbo/java";
import type { Item, Order, OrderStatus } from "./contracts/order-service.ts";
import { OrderFault, OrderNotFound, type OrderService } from "./contracts/order-service.ts";

// The twin of interop/java/src/main/java/dev/kubbo/interop/OrderServiceReference.java: pure functions of the arguments.

export const host = process.env["HOSTNAME"] ?? hostname();

type ItemValue = TypeOf<typeof Item>;
type OrderValue = TypeOf<typeof Order>;

/** A class of which Java's consumer knows nothing. */
const UnlistedFault = javaException("dev.kubbo.unlisted.UnlistedFault", {});
const Runtime = javaException("java.lang.RuntimeException", {});
const IllegalState = javaException("java.lang.IllegalStateException", {});
const IllegalArgument = javaException("java.lang.IllegalArgumentException", {});

const wrap64 = (value: bigint) => BigInt.asIntN(64, value);

function place(customer: OrderValue["customer"] | null, items: readonly ItemValue[] | null) {
  return {
    id: `order-${customer?.name ?? "null"}`,
    number: BigInt((items ?? []).reduce((sum, item) => sum + item.quantity, 0)),
    status: "NEW" as const,
    createdAt: new Date(0),
    customer,
    items: items as ItemValue[] | null,
    labels: new Map([["source", "interop"]]),
  };
}

const nextStatus: Readonly<Record<TypeOf<typeof OrderStatus>, TypeOf<typeof OrderStatus>>> = {
  NEW: "PAID",
  PAID: "SHIPPED",
  SHIPPED: "NEW",
};

export const orderService: ProviderOf<typeof OrderService> = {
  hostname: () => host,
  touch: () => undefined,
  text: (value) => value,
  repeat: (value, times) => value.repeat(times),
  addInts: (a, b) => (a + b) | 0,
  addLongs: (a, b) => wrap64(a + b),
  addDoubles: (a, b) => a + b,
  not: (value) => !value,
  boxedInt: (value) => value,
  boxedLong: (value) => value,
  boxedDouble: (value) => value,
  boxedBoolean: (value) => value,
  reverse: (bytes) => bytes?.toReversed() ?? null,
  decimal: (value) => value,
  nextDay: (value) => value && new Date(value.getTime() + 86_400_000),
  nextStatus: (status) => status && nextStatus[status],
  order: (order) => order,
  raise: (order) => ({ ...order, priority: order.priority + 1 }),
  place,
  find(id) {
    if (!id.startsWith("missing")) return { ...place(null, null), id };
    throw OrderNotFound.create({ orderId: id, code: 404, searched: ["cache", "store"] }, `no order ${id}`);
  },
  items: (items) => items.toReversed(),
  catalog: (items) => items,
  longs: (values) => values.map((value) => wrap64(value + 1n)),
  groups: (values) => new Map([...values].map(([key, list]) => [key, list.map((value) => wrap64(value + 1n))])),
  "describe()": () => "none",
  "describe(java.lang.String)": (value) => `String:${value}`,
  "describe(long)": (value) => `long:${value}`,
  "describe(java.lang.String,int)": (value, number) => `String,int:${value},${number}`,
  join: (separator, parts) => parts.join(separator),
  sum: (values) => wrap64(values.reduce((sum, value) => sum + value, 0n)),
  fail(kind, message) {
    switch (kind) {
      case "runtime":
        throw Runtime.create({}, message);
      case "state":
        throw IllegalState.create({}, message);
      case "argument":
        throw IllegalArgument.create({}, message, { cause: IllegalState.create({}, `cause of ${message}`) });
      case "fault":
        throw OrderFault.create({ reason: "undeclared" }, message);
      case "unlisted":
        throw UnlistedFault.create({}, message);
      default:
    }
  },
  attachments: (context) =>
    new Map(
      Object.entries(context.attachments).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    ),
  sleep: (delayMs, context) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(`slept ${delayMs}`), delayMs);
      context.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(RpcError.from(context.signal.reason));
      });
    }),
};
