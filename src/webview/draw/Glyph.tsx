/** One codicon as an outline. */
import { GLYPHS, type GlyphName } from "./glyphs.ts";

export function Glyph({
  name,
  x,
  y,
  size = 16,
  class: className = "",
}: {
  name: GlyphName;
  x: number;
  y: number;
  size?: number;
  class?: string;
}) {
  return (
    <path
      class={`glyph ${className}`}
      d={GLYPHS[name]}
      transform={`translate(${x} ${y}) scale(${size / 16})`}
    />
  );
}
