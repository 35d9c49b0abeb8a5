export { DecodeError, type Decoder, integer, isRecord, list, text } from "./combinators";
export * as decode from "./decoders";
export * from "./frame-types";
export { serverFrame } from "./frames";
export * from "./types";
