/** What a page's address asks for; any of it may be missing, doubled or nonsense. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;
