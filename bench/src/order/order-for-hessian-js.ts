import type { PlainOrder } from "./order.ts";

/** What hessian.js needs to be told about a value: its Java type beside it. */
interface Wrapped {
  readonly $class: string;
  readonly $: unknown;
}

const wrap = ($class: string, $: unknown): Wrapped => ({ $class, $ });
const long = (value: bigint) => wrap("long", value.toString());
const double = (value: number) => wrap("double", value);
const int = (value: number) => wrap("int", value);

function item(value: PlainOrder["items"][number]): Wrapped {
  return wrap("com.acme.bench.Item", {
    ...value,
    id: long(value.id),
    quantity: int(value.quantity),
    price: double(value.price),
    discount: double(value.discount),
  });
}

/** An order as a user of hessian.js writes it down. */
export function orderForHessianJs(order: PlainOrder): Wrapped {
  return wrap("com.acme.bench.Order", {
    ...order,
    id: long(order.id),
    total: double(order.total),
    tax: double(order.tax),
    shipping: double(order.shipping),
    priority: int(order.priority),
    createdAt: long(order.createdAt),
    items: order.items.map(item),
  });
}
