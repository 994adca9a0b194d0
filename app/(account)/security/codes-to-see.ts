import type { ServerAction } from "@/lib/web/action";

/**
 * For what hands out recovery codes: an answer that came too late, or not at all, may leave them made and unseen, so it says how to
 * see some.
 */
export function withCodesToSee<T>(action: ServerAction<T>, hands: (form: FormData) => boolean = () => true): ServerAction<T> {
  return async (previous, form) => {
    const state = await action(previous, form);
    if (state.status !== "failed" || state.code !== "unavailable" || !(form instanceof FormData && hands(form))) return state;
    return { ...state, message: `${state.message} If it turns out to be done and you have not seen your recovery codes, make new ones.` };
  };
}
