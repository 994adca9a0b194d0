import { hashSync, verifySync } from "@node-rs/argon2";

/** Runs in a thread of its own (hashing-threads.ts): one hash after the other, without asking the event loop for the next. */
export function hash({ password, parameters }) {
  return hashSync(password, parameters);
}

export function verify({ hash, password }) {
  return verifySync(hash, password);
}
