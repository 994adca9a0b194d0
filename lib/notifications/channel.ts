/** The channel on which a user's open pages hear of changes. */
export function userChannel(userId: string): string {
  return `events:{${userId}}`;
}

/** The pattern of all of them (PSUBSCRIBE); in a cluster each node passes on what the others publish. */
export const ALL_CHANNELS = "events:{*}";
