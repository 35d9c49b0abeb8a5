/** The renderer, under the name the screens use. In the built panel it is the loader's; see scripts/plugin.mjs. */

export type { Kids, VNode } from "../shared/dom";
export { h, icon, patch } from "../shared/dom";
