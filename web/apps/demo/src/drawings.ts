/** The goods, drawn by hand as shapes: no photo of this shop exists. */
type Shape = ["path" | "rect" | "circle" | "ellipse", Record<string, string>];

const path = (d: string, fill: string): Shape => ["path", { d, fill }];
const line = (d: string, stroke: string, width: string): Shape => [
  "path",
  { d, stroke, fill: "none", "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" },
];
const wall = (fill: string): Shape => ["rect", { width: "100", height: "100", fill }];
const shade = (cx: string, cy: string, rx: string): Shape => [
  "ellipse",
  { cx, cy, rx, ry: "2.2", fill: "#1b1f28", opacity: "0.14" },
];

export const DRAWINGS = {
  kettle: [
    wall("#dfe6e2"),
    shade("52", "78.5", "24"),
    path("M34 78h36l-4-34H38z", "#2f3b46"),
    path("M36 44h32l-3-6H39z", "#3c4a57"),
    ["circle", { cx: "52", cy: "34.5", r: "3", fill: "#8a5a36" }],
    line("M35 70c-12 0-9-26-20-28", "#2f3b46", "5"),
    line("M68 44c16-2 18 22 2 26", "#8a5a36", "5"),
    line("M41 50l-1 22", "#5a6a78", "2"),
  ],
  lamp: [
    wall("#e9e2d6"),
    shade("52", "88.5", "18"),
    path("M40 84h24v4H40z", "#5b4030"),
    line("M52 84V52l14-14", "#5b4030", "3.5"),
    path("M54 40l16-14 12 14-14 10z", "#3d5a52"),
    ["path", { d: "M66 50l14-11 8 24z", fill: "#fbe7b0", opacity: "0.75" }],
  ],
  mug: [
    wall("#e6dfd6"),
    shade("48", "75.5", "20"),
    line("M63 48c14-3 15 18 0 17", "#6f8a86", "5"),
    path("M31 38h34v30a7 7 0 0 1-7 7H38a7 7 0 0 1-7-7z", "#86a29d"),
    path("M31 54c6-5 11-5 17 0s11 5 17 0v14a7 7 0 0 1-7 7H38a7 7 0 0 1-7-7z", "#f3efe6"),
    ["ellipse", { cx: "48", cy: "38", rx: "17", ry: "3.6", fill: "#4b3424" }],
  ],
  board: [
    wall("#dde3df"),
    path("M32 26a6 6 0 0 1 6-6h24a6 6 0 0 1 6 6v44a6 6 0 0 1-6 6h-6v10a6 6 0 0 1-12 0V76h-6a6 6 0 0 1-6-6z", "#b98a55"),
    ["circle", { cx: "50", cy: "86", r: "2", fill: "#dde3df" }],
    line("M38 24c-2 14 4 26 0 48M46 22c3 16-3 32 1 52M55 22c-3 18 4 30 0 52M62 24c3 14-2 32 1 46", "#99703f", "1"),
  ],
  vase: [
    wall("#ece5dc"),
    shade("50", "85", "13"),
    line("M51 46C50 34 46 26 40 16M52 46c1-12 4-18 10-26M51 46c0-8 0-16 1-32", "#6b7a4d", "1.6"),
    path(
      "M38 12c4 1 5 6 3 10-4-2-5-6-3-10zM64 16c1 5-1 9-5 10 0-5 2-8 5-10zM52 8c3 4 3 8 0 12-3-4-3-8 0-12z",
      "#c98f5b",
    ),
    path("M46 44h10v8c0 5 9 9 9 20a14 14 0 0 1-5 13H42a14 14 0 0 1-5-13c0-11 9-15 9-20z", "#4d6672"),
    line("M43 66c-1 5 0 10 2 13", "#7690a0", "2"),
  ],
  duvet: [
    wall("#d9dfe4"),
    path("M14 58h72v22H14z", "#8a6a4c"),
    path("M18 48a6 6 0 0 1 6-6h18a6 6 0 0 1 6 6v10H18zM52 48a6 6 0 0 1 6-6h18a6 6 0 0 1 6 6v10H52z", "#f7f4ee"),
    path("M12 56c14-5 24 3 38 0s24-3 38 0v18c-14 4-24-3-38 0s-24 4-38 0z", "#b6c3b4"),
    line("M24 58c2 6 0 10 2 15M44 58c-2 6 1 9 0 14M66 56c2 6-1 10 1 15M79 56c-1 5 1 9 0 14", "#98a896", "1.2"),
  ],
  bowl: [
    wall("#e8e3d5"),
    shade("50", "77.5", "20"),
    path("M18 40h64c0 20-14 37-32 37S18 60 18 40z", "#a9543c"),
    path("M24 36h52c0 6-2 11-5 15H29c-3-4-5-9-5-15z", "#e9d9c3"),
    path("M31 31h38c0 5-1 9-3 13H34c-2-4-3-8-3-13z", "#5f7f88"),
    ["ellipse", { cx: "50", cy: "31", rx: "19", ry: "3.4", fill: "#47636b" }],
  ],
} satisfies Record<string, Shape[]>;

export type Drawing = keyof typeof DRAWINGS;
const SVG = "http://www.w3.org/2000/svg";

export function draw(name: Drawing, label: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("preserveAspectRatio", "xMidYMid slice");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  for (const [tag, attributes] of DRAWINGS[name] as Shape[]) {
    const shape = document.createElementNS(SVG, tag);
    for (const [attribute, value] of Object.entries(attributes)) shape.setAttribute(attribute, value);
    svg.append(shape);
  }
  return svg;
}
