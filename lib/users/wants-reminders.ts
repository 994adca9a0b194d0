import { and, isNull } from "drizzle-orm";
import { users } from "@/db/schema";

/** A condition on rows of `users`: they are told of ends, while their account is to stay, by mail to an address that they proved. */
export const wantsReminders = and(isNull(users.disabledAt), isNull(users.deletionDueAt), users.remindOfEnds, users.emailVerified);
