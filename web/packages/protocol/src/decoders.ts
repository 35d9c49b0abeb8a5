export * from "./decode";
export * from "./decode-more";
