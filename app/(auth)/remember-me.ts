import { z } from "zod";

/** A checkbox: "on" when ticked, absent when not. */
export const rememberMe = z
  .literal("on")
  .transform(() => true)
  .optional();
