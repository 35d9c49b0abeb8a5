import { Desk } from "@parley/client";

/** One desk for the tab. */
export const desk = new Desk();
