let leaving = false;

/** Says that this page is about to be left for good, so that news of its own session's end is not acted on twice. */
export function leave(): void {
  leaving = true;
}

export function isLeaving(): boolean {
  return leaving;
}
