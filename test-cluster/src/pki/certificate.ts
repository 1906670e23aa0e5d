import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from "./der.ts";

/** A certificate and its key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Subject {
  readonly commonName: string;
  /** Kubernetes reads it as the user's group. */
  readonly organization?: string;
}

export interface LeafOptions {
  readonly subject: Subject;
  readonly usage: "client" | "server";
  /** DNS names and IP addresses, for servers. */
  readonly hosts?: readonly string[];
}

/** Issues certificates that all bear one signature. */
export interface Authority {
  readonly certificate: string;
  readonly key: string;
  issue(options: LeafOptions): KeyPair;
}

const oid = {
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
};

/**
 * A new certificate authority (ECDSA P-256), whose certificates are valid from an hour before `now` for `days`.
 *
 * Node can read certificates but cannot make any, and openssl need not be installed, hence this one.
 * Source: RFC 5280.
 */
export function createAuthority(commonName: string, now: Date, days = 3650): Authority {
  const validity = sequence(
    time(new Date(now.getTime() - 3_600_000)),
    time(new Date(now.getTime() + days * 86_400_000)),
  );
  const issuer = name({ commonName });
  const root = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const rootKeyId = keyIdentifier(root.publicKey);

  const certify = (subject: Buffer, publicKey: KeyObject, extensions: readonly Buffer[]) => {
    const algorithm = sequence(objectIdentifier(oid.ecdsaWithSha256));
    const body = sequence(
      explicit(0, integer(2n)), // version 3
      integer(BigInt(`0x${randomBytes(15).toString("hex")}`)),
      algorithm,
      issuer,
      validity,
      subject,
      publicKey.export({ type: "spki", format: "der" }),
      explicit(3, sequence(...extensions)),
    );
    return pem("CERTIFICATE", sequence(body, algorithm, bitString(sign("sha256", body, root.privateKey))));
  };

  return {
    certificate: certify(issuer, root.publicKey, [
      extension(oid.basicConstraints, sequence(boolean(true)), true),
      extension(oid.keyUsage, bitString(Buffer.from([0b0000_0110]), 1), true), // keyCertSign, cRLSign
      extension(oid.subjectKeyIdentifier, octetString(rootKeyId)),
    ]),
    key: root.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    issue({ subject, usage, hosts = [] }) {
      const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const purpose = usage === "server" ? oid.serverAuth : oid.clientAuth;
      const certificate = certify(name(subject), pair.publicKey, [
        extension(oid.keyUsage, bitString(Buffer.from([0b1000_0000]), 7), true), // digitalSignature
        extension(oid.extendedKeyUsage, sequence(objectIdentifier(purpose))),
        extension(oid.authorityKeyIdentifier, sequence(implicit(0, rootKeyId))),
        ...(hosts.length > 0 ? [extension(oid.subjectAltName, sequence(...hosts.map(alternativeName)))] : []),
      ]);
      return { certificate, key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
    },
  };
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(objectIdentifier(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

function name({ commonName, organization }: Subject): Buffer {
  const attribute = (id: string, value: string) => set(sequence(objectIdentifier(id), utf8String(value)));
  return sequence(
    ...(organization === undefined ? [] : [attribute(oid.organization, organization)]),
    attribute(oid.commonName, commonName),
  );
}

function alternativeName(host: string): Buffer {
  return isIP(host) ? implicit(7, addressBytes(host)) : implicit(2, Buffer.from(host, "ascii"));
}

/** The 4 or 16 bytes of an IP address. */
export function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  const [head = "", tail] = address.split("::");
  const groups = (text: string) => text.split(":").filter(Boolean);
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, "0")).join(""), "hex");
}

/** SHA-1 of the public key's bits, as RFC 5280, 4.2.1.2 proposes; a name, not a protection. */
function keyIdentifier(key: KeyObject): Buffer {
  const jwk = createPublicKey(key.export({ type: "spki", format: "pem" })).export({ format: "jwk" });
  const point = [Buffer.from([4]), Buffer.from(jwk.x ?? "", "base64url"), Buffer.from(jwk.y ?? "", "base64url")];
  return createHash("sha1").update(Buffer.concat(point)).digest();
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
