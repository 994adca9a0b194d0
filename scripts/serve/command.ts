/**
 * What Node is started with to serve, here and as `npm start`. Four threads that collect garbage are Node's default: on
 * two cores they push the event loop aside, with 0 there is one for each core but one.
 */
export const SERVE = ["--v8-pool-size=0", "scripts/serve.mjs"] as const;

/**
 * And in which environment. Node opens files, unseals cookies, compresses and asks for names on the same threads, four
 * unless more are wanted: pictures being decoded and a disk that hangs must not take them all (lib/platform/storage/disk.ts).
 */
export const SERVE_ENVIRONMENT = { UV_THREADPOOL_SIZE: "16" } as const;
