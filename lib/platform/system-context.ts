import type { Context } from "@/lib/core/context";
import type { Services } from "./services";

/** The context of background work and of the operator's commands. */
export function systemContext({ settings, db, redis, storage, mailer, geo, clock, log }: Services): Context {
  return {
    settings, db, redis, storage, mailer, geo, clock, log,
    request: { id: "system", address: null, userAgent: "", hints: { platform: null, platformVersion: null, model: null, mobile: null }, answerBy: Number.POSITIVE_INFINITY },
    actor: { kind: "system" },
  };
}
