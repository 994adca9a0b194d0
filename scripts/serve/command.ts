/**
 * What Node is started with to serve, here and as `npm start`. Four threads that collect garbage are Node's default: on
 * two cores they push the event loop aside, with 0 there is one for each core but one.
 */
export const SERVE = ["--v8-pool-size=0", "scripts/serve.mjs"] as const;
