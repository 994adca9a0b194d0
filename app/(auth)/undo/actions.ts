"use server";

import { goBackAction } from "../go-back-action";

export const undoAction = goBackAction("undo");
