export * from "./decode";
export * from "./decode-email";
export * from "./decode-more";
