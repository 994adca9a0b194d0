export * from "./addresses";
export * from "./devices";
export * from "./events";
export * from "./now";
export * from "./sessions";
export * from "./tokens";
export * from "./users";
