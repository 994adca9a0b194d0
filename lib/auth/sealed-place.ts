/** What a sealed column is bound to: its row cannot be given another's (ACCOUNTS 9). */
export function sealedPlace(table: "attempts", id: string): string {
  return `${table}/${id}/sealed`;
}
