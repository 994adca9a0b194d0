import { and, asc, eq, isNotNull } from "drizzle-orm";
import { identities, passkeys, recoveryCodes, totpFactors, type users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { iso, isoOrNull } from "@/lib/core/time";

type UserRow = typeof users.$inferSelect;

/** What there is once of an account, or a few times. */
export async function aboutAccount({ db }: Context, user: UserRow) {
  const { id, email, emailVerified, name, role, createdAt, disabledAt, deletionDueAt, avatarBytes } = user;
  const [apps, keys, codes, linked] = await Promise.all([
    db.select().from(totpFactors).where(and(eq(totpFactors.userId, id), isNotNull(totpFactors.confirmedAt))),
    db.select().from(passkeys).where(eq(passkeys.userId, id)).orderBy(asc(passkeys.id)),
    db.select({ createdAt: recoveryCodes.createdAt, usedAt: recoveryCodes.usedAt }).from(recoveryCodes).where(eq(recoveryCodes.userId, id)).orderBy(asc(recoveryCodes.id)),
    db.select().from(identities).where(eq(identities.userId, id)).orderBy(asc(identities.id)),
  ]);
  return {
    profile: { id, email, emailVerified, name, role, createdAt: iso(createdAt), disabledAt: isoOrNull(disabledAt), deletionDueAt: isoOrNull(deletionDueAt), pictureBytes: avatarBytes },
    preferences: { remindOfEnds: user.remindOfEnds, secondStep: user.secondStep, approveNewDevices: user.approveNewDevices },
    waysIn: {
      password: user.passwordHash !== null,
      authenticatorApp: apps.map(({ confirmedAt, lastUsedAt }) => ({ since: isoOrNull(confirmedAt), lastUsedAt: isoOrNull(lastUsedAt) })),
      passkeys: keys.map((key) => ({ name: key.name, credentialId: key.credentialId, synced: key.synced, transports: key.transports, createdAt: iso(key.createdAt), lastUsedAt: isoOrNull(key.lastUsedAt) })),
      recoveryCodes: codes.map((code) => ({ createdAt: iso(code.createdAt), usedAt: isoOrNull(code.usedAt) })),
      linked: linked.map((one) => ({ provider: one.provider, subject: one.subject, email: one.email, createdAt: iso(one.createdAt), lastUsedAt: isoOrNull(one.lastUsedAt) })),
    },
  };
}
