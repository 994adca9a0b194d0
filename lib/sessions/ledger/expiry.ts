/** The end that the ledger foresees. All of it is reckoned on PostgreSQL's clock. */

export type Term = { createdAt: Date; expiresAt: Date; absoluteExpiresAt: Date; ttlSeconds: number };

/**
 * When an open session ends without further use, as far as PostgreSQL can know: its projection, or,
 * if Redis has lost something since it began, one ttl after that loss (uses since the projection may
 * have been among what was lost), and never past its absolute end.
 */
export function effectiveExpiry(term: Term, lostAt: Date | null): Date {
  const afterLoss = lostAt !== null && term.createdAt <= lostAt ? lostAt.getTime() + term.ttlSeconds * 1000 : 0;
  return new Date(Math.min(term.absoluteExpiresAt.getTime(), Math.max(term.expiresAt.getTime(), afterLoss)));
}
