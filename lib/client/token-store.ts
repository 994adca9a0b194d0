/** What a client keeps between starts: in the system's key store, never in plain files. */
export type Stored = {
  /** Null while nobody is signed in. */
  tokens: { accessToken: string; refreshToken: string } | null;
  /** Makes the next sign-in the same device. Outlives signing out. */
  deviceToken: string | null;
};

export type TokenStore = { load(): Promise<Stored>; save(stored: Stored): Promise<void> };

/** A store that forgets when the program ends. */
export function memoryStore(): TokenStore {
  let kept: Stored = { tokens: null, deviceToken: null };
  return {
    load: async () => kept,
    async save(stored) {
      kept = stored;
    },
  };
}
