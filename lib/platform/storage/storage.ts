/** The port to where pictures are kept. */
export type Storage = {
  /** Resolves when objects can be written; throws otherwise. */
  ready(): Promise<void>;
};
