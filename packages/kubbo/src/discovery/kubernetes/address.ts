import { isIPv4, isIPv6 } from "node:net";

/**
 * Why an address of a slice is not dialled; undefined: it may be.
 *
 * Whoever may write slices in a namespace could otherwise point its consumers at anything. The API server itself
 * refuses loopback, unspecified and link-local ones; 255.255.255.255, multicast and non-canonical forms pass it.
 *
 * @param allowLoopback for an embedded API server only: a real one never hands out loopback addresses
 */
export function refusedAddress(address: string, allowLoopback: boolean): string | undefined {
  if (isIPv4(address)) {
    const [a = 0, b = 0] = address.split(".").map(Number);
    if (a === 127) return allowLoopback ? undefined : "a loopback address";
    if (a === 0) return "an unspecified address";
    if (a === 169 && b === 254) return "a link-local address";
    if (a >= 224 && a < 240) return "a multicast address";
    if (a >= 240) return "a broadcast or reserved address";
    return undefined;
  }
  if (!isIPv6(address) || address.includes("%")) return "not an IP address";
  // The one canonical form (RFC 5952) is what URL gives; an IPv4 address in disguise would pass the checks above.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  if (canonical !== address) return `not in canonical form (${canonical})`;
  if (address === "::1") return allowLoopback ? undefined : "a loopback address";
  if (address === "::") return "an unspecified address";
  if (/^::(ffff:)?[0-9a-f]{1,4}:[0-9a-f]{1,4}$/.test(address)) return "an IPv4 address inside IPv6";
  if (/^fe[89ab]/.test(address)) return "a link-local address";
  if (address.startsWith("ff")) return "a multicast address";
  return undefined;
}

/** Why a port number is not dialled; undefined: it may be. The API server does not check them. */
export function refusedPort(port: number | undefined): string | undefined {
  if (port === undefined) return "no port number";
  return Number.isInteger(port) && port >= 1 && port <= 65535 ? undefined : `port ${port} is outside of 1 to 65535`;
}
