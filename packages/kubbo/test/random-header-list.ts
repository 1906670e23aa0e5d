import type { Random } from "../src/util/random.ts";

const names = [
  ":path",
  ":authority",
  "content-type",
  "te",
  "user-agent",
  "grpc-timeout",
  "authorization",
  "x-a",
  "x-b",
];
const values = ["", "/", "/org.acme.Greeter/greet", "trailers", "application/grpc", "1000m", "x".repeat(200)];

/** Of a few names and values that come again, and others that do not. */
export function randomHeaderList(random: Random): string[] {
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] as string;
  const text = (most: number, chars: string) =>
    Array.from({ length: Math.floor(random() * most) }, () => chars[Math.floor(random() * chars.length)]).join("");
  const list: string[] = [];
  for (let n = Math.floor(random() * 12); n >= 0; n--) {
    const name = random() < 0.8 ? pick(names) : `y${text(20, "abcdefghijklmnopqrstuvwxyz0123456789-")}`;
    const value = random() < 0.7 ? pick(values) : text(random() < 0.05 ? 3000 : 40, "azAZ09~!%/\u00e9\u00ff");
    list.push(name, value);
  }
  return list;
}
