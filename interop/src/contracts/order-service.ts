import {
  array,
  bigDecimal,
  boolean,
  boxed,
  bytes,
  date,
  double,
  int,
  javaClass,
  javaEnum,
  javaException,
  javaInterface,
  javaVoid,
  list,
  long,
  map,
  method,
  nullable,
  string,
} from "kubbo/java";

// The twin of interop/java/src/main/java/dev/kubbo/interop/OrderService.java.

const prefix = "dev.kubbo.interop";

export const Address = javaClass(`${prefix}.Address`, { street: string, city: string, zip: string });

export const Customer = javaClass(`${prefix}.Customer`, { name: string, email: string, address: Address });

export const Item = javaClass(`${prefix}.Item`, {
  sku: string,
  quantity: int,
  price: bigDecimal,
  weight: double,
  tags: list(string),
});

export const OrderStatus = javaEnum(`${prefix}.OrderStatus`, ["NEW", "PAID", "SHIPPED"]);

export const Order = javaClass(`${prefix}.Order`, {
  id: string,
  number: long,
  paid: boolean,
  discount: boxed(double),
  status: OrderStatus,
  createdAt: date,
  customer: Customer,
  items: list(Item),
  labels: map(string, string),
  signature: bytes,
  get previous(): typeof Order {
    return Order;
  },
});

export const PriorityOrder = javaClass(
  `${prefix}.PriorityOrder`,
  { priority: int, reason: string },
  { extends: Order },
);

export const OrderNotFound = javaException(`${prefix}.OrderNotFound`, {
  orderId: string,
  code: int,
  searched: list(string),
});

export const OrderFault = javaException(`${prefix}.OrderFault`, { reason: string });

const idempotent = { idempotent: true } as const;

export const OrderService = javaInterface(
  `${prefix}.OrderService`,
  {
    hostname: method([], string, idempotent),
    touch: method([string], javaVoid),
    text: method([nullable(string)], nullable(string)),
    repeat: method([string, int], string),
    addInts: method([int, int], int),
    addLongs: method([long, long], long),
    addDoubles: method([double, double], double),
    not: method([boolean], boolean),
    boxedInt: method([nullable(boxed(int))], nullable(boxed(int))),
    boxedLong: method([nullable(boxed(long))], nullable(boxed(long))),
    boxedDouble: method([nullable(boxed(double))], nullable(boxed(double))),
    boxedBoolean: method([nullable(boxed(boolean))], nullable(boxed(boolean))),
    reverse: method([nullable(bytes)], nullable(bytes)),
    decimal: method([bigDecimal], bigDecimal),
    nextDay: method([nullable(date)], nullable(date)),
    nextStatus: method([nullable(OrderStatus)], nullable(OrderStatus)),
    order: method([Order], Order),
    raise: method([PriorityOrder], PriorityOrder),
    place: method([Customer, list(Item)], Order),
    find: method([string], Order, { throws: [OrderNotFound] }),
    items: method([list(Item)], list(Item)),
    catalog: method([map(string, Item)], map(string, Item)),
    longs: method([list(long)], list(long)),
    groups: method([map(string, list(long))], map(string, list(long))),
    describe: [method([], string), method([string], string), method([long], string), method([string, int], string)],
    join: method([string, array(string)], string),
    sum: method([array(long)], long),
    fail: method([string, string], javaVoid, { throws: [OrderFault] }),
    attachments: method([], map(string, string)),
    sleep: method([int], string),
  },
  { types: [PriorityOrder] },
);
