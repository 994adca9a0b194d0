import { accountDeletions } from "@/db/schema";
import { isFailure } from "@/lib/core/errors";
import type { Queue } from "@/lib/jobs/queue";
import { renewLease } from "@/lib/jobs/renew-lease";
import { eraseAccount } from "./erase-account";

const LEASE = { table: accountDeletions, key: accountDeletions.userId, leaseSeconds: 120 };

/** Accounts whose time is over. One at a time in a process, and tried until nothing of it is left. */
export const erasureQueue: Queue<typeof accountDeletions> = {
  ...LEASE,
  atOnce: 1,
  pause: { first: 15, factor: 3, longest: 3_600 },
  async attempt(context, job) {
    const failed = await eraseAccount(context, job, () => renewLease(context, LEASE, { id: job.userId, tries: job.tries }));
    if (isFailure(failed)) return failed;
  },
};
