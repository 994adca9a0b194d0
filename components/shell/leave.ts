let leaving = false;

/** Says that a document navigation away from the account is under way already. */
export function noteLeaving(): void {
  leaving = true;
}

/** Leaves the account, once, by a document navigation: nothing private stays in the router's memory. */
export function leaveEnded(): void {
  if (leaving) return;
  leaving = true;
  window.location.assign("/sign-in?ended=1");
}
