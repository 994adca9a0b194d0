import { avatarRequests } from "@/db/schema";
import { isFailure } from "@/lib/core/errors";
import type { Queue } from "@/lib/jobs/queue";
import { fulfilRequest } from "./fulfil-request";

/** Wishes for a Gravatar. They wait for Gravatar most of the time. */
export const requestQueue: Queue<typeof avatarRequests> = {
  table: avatarRequests,
  key: avatarRequests.userId,
  atOnce: 20,
  leaseSeconds: 30,
  pause: { first: 10, factor: 4, longest: 86_400 },
  async attempt(context, request) {
    const done = await fulfilRequest(context, request);
    if (isFailure(done)) return done;
  },
};
