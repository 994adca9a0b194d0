/** The channel on which a user's open pages hear of changes. */
export function userChannel(userId: string): string {
  return `events:{${userId}}`;
}

/** The channel on which whoever holds an attempt hears of it; apart from those of users, of which administrators hear all. */
export function attemptChannel(attemptId: string): string {
  return `attempt:{${attemptId}}`;
}

/** The pattern of all users' channels (PSUBSCRIBE); in a cluster each node passes on what the others publish. */
export const ALL_CHANNELS = "events:{*}";
