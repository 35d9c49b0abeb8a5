export { DecodeError, type Decoder, integer, isRecord, list, text } from "./combinators";
export * as decodeMailAdmin from "./decode-mail-admin";
export * as decode from "./decoders";
export * from "./frame-types";
export { serverFrame } from "./frames";
export type * as MailAdmin from "./mail-admin-types";
export * from "./types";
