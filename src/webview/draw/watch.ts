/** Keeps the sizes and the page's fonts, on which the layout depends. */
import { batch } from "@preact/signals";
import { origins } from "../run/moments.ts";
import { fonts, room, viewport } from "../state/view.ts";
import { pageFonts } from "./measure.ts";

/** The window for which the tree was laid out last, "1280x800": nothing else lays it out anew. */
let laidOutFor = "";

export function watchSize(element: HTMLElement): () => void {
  const read = () => {
    const { width, height } = element.getBoundingClientRect();
    if (width <= 0 || height <= 0) {
      return;
    }
    batch(() => {
      viewport.value = { width, height };
      const size = `${window.innerWidth}x${window.innerHeight}`;
      if (size !== laidOutFor) {
        laidOutFor = size;
        // Whoever follows an incident keeps their place in it, whatever becomes of the window.
        if (origins.peek().size === 0) room.value = { width, height };
      }
    });
  };
  read();
  fonts.value = pageFonts();
  const sizes = new ResizeObserver(read);
  sizes.observe(element);
  // The editor changes the theme by changing the body's classes and the root's variables.
  const theme = new MutationObserver(() => {
    fonts.value = pageFonts();
  });
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
  void document.fonts.ready.then(() => {
    fonts.value = pageFonts();
  });
  return () => {
    sizes.disconnect();
    theme.disconnect();
  };
}
