import {
  array,
  bigDecimal,
  completableFuture,
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
  object,
  string,
} from "kubbo/java";

// The interface whose calls were recorded between Dubbo Java peers: vectors/dubbo2-frames.json.

export const Color = javaEnum("com.acme.shop.Color", ["RED", "GREEN", "BLUE"]);

export const Item = javaClass("com.acme.shop.Item", {
  cost: bigDecimal,
  color: Color,
  labels: map(string, string),
  tags: list(string),
  id: long,
  gift: object,
  price: object,
  qty: int,
  name: string,
});

export const ShopException = javaException("com.acme.shop.ShopException", { detail: string, code: int });

export const Greeter = javaInterface("com.acme.shop.Greeter", {
  hello: method([string], string, { idempotent: true }),
  add: method([int, int], int),
  find: method([long, array(string), map(string, int), list(int)], Item),
  paint: method([Color], Color),
  fire: method([string], javaVoid),
  boom: method([int], string, { throws: [ShopException] }),
  later: method([string], completableFuture(string)),
  any: method([object], object),
  slow: method([int], string),
});
