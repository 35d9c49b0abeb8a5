/** What the loader has left for this script. */
import type { Words } from "./panel/words";
import type { Bridge, ParleyApi } from "./shared/bridge";

const { bridge_, words: text } = window.Parley as ParleyApi;
export const bridge = bridge_ as Bridge;
export const words = (text as string).split("|") as unknown as Words;
export const {
  base_: base,
  is_zh_: is_zh,
  settings_: { inbox: key },
} = bridge;
