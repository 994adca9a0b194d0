import { and, isNull } from "drizzle-orm";
import { users } from "@/db/schema";

/** A condition on rows of `users`: they are told of ends, by mail to an address that they proved. */
export const wantsReminders = and(isNull(users.disabledAt), users.remindOfEnds, users.emailVerified);
