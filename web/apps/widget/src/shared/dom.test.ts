// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { h, icon, patch } from "./dom";

const page = () => ({ node_: document.createElement("div") });

test("elements, text, attributes and what a person changes", () => {
  const host = page();
  const pressed: string[] = [];
  const draw = (text: string, name: string | null) =>
    patch(host, [
      h("p#greeting w-a w-b", ["Hi ", text], { title: name }),
      h("input", 0, { value: text, disabled: !text, oninput: () => pressed.push(text) }),
      icon("M0 0"),
    ]);
  draw("Mei", "x");
  const [p, input, svg] = Array.from(host.node_.children) as [HTMLElement, HTMLInputElement, SVGElement];
  expect(p.outerHTML).toBe('<p data-testid="greeting" class="w-a w-b" title="x">Hi Mei</p>');
  expect(svg.namespaceURI).toContain("svg");
  input.value = "typed";
  draw("", null);
  expect(p.outerHTML).toBe('<p data-testid="greeting" class="w-a w-b">Hi </p>');
  expect([input.value, input.disabled]).toEqual(["", true]);
  draw("Wang", null);
  input.dispatchEvent(new Event("input"));
  expect(pressed).toEqual(["Wang"]);
  expect(Array.from(host.node_.children)).toEqual([p, input, svg]);
});

test("keyed elements stay the same whatever comes before them", () => {
  const host = page();
  const draw = (...keys: string[]) =>
    patch(host, [keys.length > 2 && h("i"), keys.map((key) => h("li", key, {}, key))]);
  const texts = () => Array.from(host.node_.querySelectorAll("li"), (node) => node.textContent);
  draw("b", "c");
  const [b, c] = Array.from(host.node_.children);
  draw("a", "b", "c");
  expect(texts()).toEqual(["a", "b", "c"]);
  expect(Array.from(host.node_.children).slice(2)).toEqual([b, c]);
  draw("c", "b");
  expect(Array.from(host.node_.children)).toEqual([c, b]);
  draw("c");
  expect(texts()).toEqual(["c"]);
});

test("nothing is read as HTML", () => {
  const host = page();
  patch(host, h("p", "<img src=x onerror=alert(1)>"));
  expect(host.node_.querySelector("img")).toBeNull();
});
