import { boolean, double, int, javaClass, list, long, string } from "kubbo/java";

/** The order of the tables as a plain object: 20 fields, 10 items of 8 fields. */
export function createOrder() {
  return {
    id: 81_234_567_890n,
    number: "SO-2026-0011-4711",
    customer: "Anna Schmidt-Lüdenscheid",
    email: "anna.schmidt@example.com",
    phone: "+49 30 901820",
    street: "Invalidenstraße 116",
    city: "Berlin",
    postcode: "10115",
    country: "DE",
    currency: "EUR",
    total: 1249.37,
    tax: 199.48,
    shipping: 4.9,
    priority: 3,
    paid: true,
    gift: false,
    createdAt: 1_795_000_123_456n,
    state: "CONFIRMED",
    note: "leave it with the neighbour on the second floor",
    items: Array.from({ length: 10 }, (_, i) => ({
      id: 7_000_000_000n + BigInt(i),
      sku: `SKU-${1000 + i}-BLK`,
      name: `Wireless headphones, model ${i}`,
      quantity: i + 1,
      price: 19.99 + i,
      discount: 0.05 * i,
      inStock: i % 3 !== 0,
      warehouse: "BER-2",
    })),
  };
}

/** What it is before any codec sees it. */
export type PlainOrder = ReturnType<typeof createOrder>;

export const Item = javaClass("com.acme.bench.Item", {
  id: long,
  sku: string,
  name: string,
  quantity: int,
  price: double,
  discount: double,
  inStock: boolean,
  warehouse: string,
});

export const Order = javaClass("com.acme.bench.Order", {
  id: long,
  number: string,
  customer: string,
  email: string,
  phone: string,
  street: string,
  city: string,
  postcode: string,
  country: string,
  currency: string,
  total: double,
  tax: double,
  shipping: double,
  priority: int,
  paid: boolean,
  gift: boolean,
  createdAt: long,
  state: string,
  note: string,
  items: list(Item),
});
