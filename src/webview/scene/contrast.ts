/** Colours that can be told from what is behind them: WCAG 2's contrast, and the least change that reaches it. */

/** Red, green and blue from 0 to 255, opacity from 0 to 1. */
export type Colour = readonly [r: number, g: number, b: number, a: number];

/** `top` as it looks on `bottom`, which is opaque. */
export function over(top: Colour, bottom: Colour): Colour {
  const a = top[3];
  const mix = (i: 0 | 1 | 2) => top[i] * a + bottom[i] * (1 - a);
  return [mix(0), mix(1), mix(2), 1];
}

/** WCAG 2.2, "relative luminance". */
export function luminance([r, g, b]: Colour): number {
  const part = (value: number) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
}

/** WCAG 2.2, "contrast ratio", of opaque colours: 1 to 21. */
export function contrast(a: Colour, b: Colour): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const WHITE: Colour = [255, 255, 255, 1];
const BLACK: Colour = [0, 0, 0, 1];

/**
 * `colour` made opaque, and mixed with black or white no more than it takes to have `ratio` against every one of
 * `grounds`. Where nothing has, the better of black and white.
 */
export function readableOn(colour: Colour, grounds: readonly Colour[], ratio: number): Colour {
  const solid: Colour = [colour[0], colour[1], colour[2], 1];
  const least = (candidate: Colour) => Math.min(...grounds.map((ground) => contrast(candidate, ground)));
  if (least(solid) >= ratio) {
    return solid;
  }
  const end = least(WHITE) >= least(BLACK) ? WHITE : BLACK;
  for (let part = 0.05; part < 1; part += 0.05) {
    const mixed = over([end[0], end[1], end[2], part], solid);
    if (least(mixed) >= ratio) {
      return mixed.map((channel, i) => (i === 3 ? 1 : Math.round(channel))) as unknown as Colour;
    }
  }
  return end;
}

/** As CSS has it. */
export function css([r, g, b]: Colour): string {
  return `rgb(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)})`;
}
