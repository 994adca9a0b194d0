import { hash, verify } from "@node-rs/argon2";

/** The raw rate, in a process of its own: `threads` verifications at once, nothing else. One job a message. */
process.on("message", async ({ threads, milliseconds, parameters }) => {
  const made = await hash("seventeen blue kettles", parameters);
  const until = performance.now() + milliseconds;
  let count = 0;
  async function work() {
    for (; performance.now() < until; count++) await verify(made, "seventeen blue kettles");
  }
  const started = performance.now();
  await Promise.all(Array.from({ length: threads }, work));
  process.send((count * 1000) / (performance.now() - started));
});
process.on("disconnect", () => process.exit(0));
