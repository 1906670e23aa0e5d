// The errors of the wire, for those who declare types: they import codecs, not the wire.
export { badArgument, badMessage, named, within } from "../../wire/wire-error.ts";
