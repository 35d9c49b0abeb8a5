import { describe, expect, it } from "vitest";
import { isChord, nameOf } from "./key-name";

type Press = Parameters<typeof nameOf>[0];

function press(key: string, patch: Partial<Press> = {}): Press {
  return { key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...patch };
}

describe("nameOf", () => {
  it("names single keys, keys with Ctrl and function keys", () => {
    expect(nameOf(press("J"), false)).toBe("j");
    expect(nameOf(press("?", { shiftKey: true }), false)).toBe("?");
    expect(nameOf(press("k", { metaKey: true }), true)).toBe("mod+k");
    expect(nameOf(press("F6"), true)).toBe("F6");
    expect(nameOf(press("F6", { shiftKey: true }), true)).toBe("shift+F6");
  });

  it("takes digits with Alt by their place, unless they write a character", () => {
    expect(nameOf(press("3", { altKey: true, code: "Digit3" }), true)).toBe("alt+3");
    expect(nameOf(press("£", { altKey: true, code: "Digit3" }), false)).toBe("alt+3");
    expect(nameOf(press("£", { altKey: true, code: "Digit3" }), true)).toBeNull();
  });

  it("leaves everything else with Alt to the browser", () => {
    expect(nameOf(press("f", { altKey: true, code: "KeyF" }), false)).toBeNull();
    expect(nameOf(press("0", { altKey: true, code: "Digit0" }), false)).toBeNull();
    expect(nameOf(press("³", { altKey: true, ctrlKey: true, code: "Digit3" }), false)).toBeNull();
    expect(nameOf(press("3", { altKey: true, code: "Numpad3" }), false)).toBeNull();
  });
});

describe("isChord", () => {
  it("tells chords from keys that write", () => {
    expect(["mod+k", "alt+1", "F6", "shift+F6"].every(isChord)).toBe(true);
    expect(["j", "?", "Enter", "Escape", "f"].some(isChord)).toBe(false);
  });
});
