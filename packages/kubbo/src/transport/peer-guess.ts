/**
 * Says what seems to be at the other end, from the first bytes that it sent where our protocol was expected.
 *
 * Shape: a phrase that fits after "it looks like".
 */
export function guessPeer(bytes: Uint8Array): string {
  if (bytes.length === 0) return "something that closes the connection without a word";
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 64)).toString("latin1");
  const [firstLine = ""] = text.split(/\r?\n/);
  if (/^HTTP\/[01]/.test(text)) return `an HTTP/1 server ("${firstLine}")`;
  // A TLS record: alert (21) or handshake (22), version 3.x. RFC 8446, 5.1.
  if ((bytes[0] === 21 || bytes[0] === 22) && bytes[1] === 3) return "a TLS server (it answered with a TLS record)";
  if (bytes[0] === 0xda && bytes[1] === 0xbb) return "a Dubbo2 server (it answered with Dubbo2's magic 0xdabb)";
  // A SETTINGS frame on stream 0 comes first from an HTTP/2 server. RFC 9113, 3.4.
  if (bytes.length >= 9 && bytes[3] === 4 && bytes.subarray(5, 9).every((byte) => byte === 0)) {
    return "an HTTP/2 server (it answered with a SETTINGS frame)";
  }
  if (/^[\x20-\x7e\r\n\t]+$/.test(text)) return `a text protocol ("${firstLine}")`;
  return `an unknown protocol (first bytes ${Buffer.from(bytes.subarray(0, 16)).toString("hex")})`;
}
