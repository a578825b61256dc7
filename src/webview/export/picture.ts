/** The tree as an SVG file of its own, and as a PNG made from it. */
import { layout } from "../state/view.ts";

const PROPERTIES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "opacity",
  "fill-opacity",
  "font-family",
  "font-size",
  "font-weight",
  "font-style",
  "text-anchor",
];
const MARGIN = 24;

/** Every colour and font is written out, since the file leaves the theme behind. Null before anything is drawn. */
export function svgText(): { text: string; width: number; height: number } | null {
  const svg = document.querySelector<SVGSVGElement>("svg.drawing");
  const world = svg?.querySelector("#world") ?? null;
  const drawing = layout.value;
  if (svg === null || world === null || drawing === null) {
    return null;
  }
  const width = Math.ceil(drawing.width + 2 * MARGIN);
  const height = Math.ceil(drawing.height + 2 * MARGIN);
  const file = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  file.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  file.setAttribute("viewBox", `0 0 ${width} ${height}`);
  file.setAttribute("width", String(width));
  file.setAttribute("height", String(height));
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  paper.setAttribute("width", "100%");
  paper.setAttribute("height", "100%");
  paper.setAttribute("fill", getComputedStyle(document.body).backgroundColor);
  const definitions = svg.querySelector("defs");
  if (definitions !== null) {
    file.append(plain(definitions));
  }
  const copy = plain(world);
  copy.setAttribute("transform", `translate(${MARGIN} ${MARGIN})`);
  file.append(paper, copy);
  return { text: new XMLSerializer().serializeToString(file), width, height };
}

/** A copy whose looks do not depend on any style sheet. */
function plain(element: Element): Element {
  const copy = element.cloneNode(true) as Element;
  const originals = [element, ...element.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  const dropped: Element[] = [];
  for (const [i, original] of originals.entries()) {
    const twin = copies[i]!;
    const style = getComputedStyle(original);
    if (original.matches(".effects, .ghosts, .ring, .hit")) {
      dropped.push(twin);
      continue;
    }
    for (const property of PROPERTIES) {
      const value = style.getPropertyValue(property);
      if (value !== "" && value !== "normal") {
        twin.setAttribute(property, value);
      }
    }
    const place = /translate\(([-\d.]+)px, ([-\d.]+)px\)/.exec(twin.getAttribute("style") ?? "");
    if (place !== null) {
      twin.setAttribute("transform", `translate(${place[1]} ${place[2]})`);
    }
    for (const name of ["style", "class", "tabindex", "data-path", "data-toggle", "data-edge"]) {
      twin.removeAttribute(name);
    }
  }
  for (const twin of dropped) {
    twin.remove();
  }
  return copy;
}

/** The picture as base64, at twice its size. */
export async function pngBase64(): Promise<string | null> {
  const picture = svgText();
  if (picture === null) {
    return null;
  }
  const image = new Image();
  const url = URL.createObjectURL(new Blob([picture.text], { type: "image/svg+xml" }));
  try {
    await new Promise<void>((resolve, reject) => {
      image.onload = () => resolve();
      image.onerror = () => reject(new Error("The picture could not be drawn."));
      image.src = url;
    });
    // Browsers refuse larger canvases.
    const scale = Math.min(2, 8000 / picture.width, 8000 / picture.height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/png").split(",")[1] ?? null;
  } finally {
    URL.revokeObjectURL(url);
  }
}
