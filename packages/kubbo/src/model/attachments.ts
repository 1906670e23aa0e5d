/**
 * What travels beside a message, Dubbo's word for it; on Triple these are headers and trailers.
 *
 * Keys keep their case on Dubbo2 and travel in lower case on Triple. Binary values travel as `-bin` headers on Triple.
 * Objects that come from the wire have no prototype, so that a key `__proto__` is a key like any other.
 */
export type Attachments = Readonly<Record<string, string | Uint8Array>>;

/** A frozen empty set, so that a call without attachments allocates none. */
export const noAttachments: Attachments = Object.freeze(Object.create(null));
