/** Keeps the canvas's size and the page's fonts, on which the layout depends. */
import { fonts, viewport } from "../state/view.ts";
import { pageFonts } from "./measure.ts";

export function watchSize(element: HTMLElement): () => void {
  const read = () => {
    const { width, height } = element.getBoundingClientRect();
    if (width > 0 && height > 0) {
      viewport.value = { width, height };
    }
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
