"use server";

import { goBackAction } from "../go-back-action";

export const notMeAction = goBackAction("not-me");
