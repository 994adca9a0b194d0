/** The channel on which a user's open pages hear of changes. */
export function userChannel(userId: string): string {
  return `events:{${userId}}`;
}
