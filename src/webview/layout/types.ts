/** The layout's input and output: rectangles in, coordinates out. No DOM, no colours, no framework. */

/** A card with its measured size; `children` in start order. */
export interface Box {
  id: string;
  width: number;
  height: number;
  children: readonly Box[];
}

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** A card with its place. `x`, `y` are its upper left corner; the whole drawing starts at 0, 0. */
export interface Placed {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
  parent: string | null;
  depth: number;
  /** 1-based place among its siblings: the start order. */
  order: number;
}

/** The line from a supervisor to one of its children, and where its start-order number sits. */
export interface Route {
  from: string;
  to: string;
  points: Point[];
  badge: Point;
}

export interface Layout extends Size {
  nodes: Map<string, Placed>;
  routes: Route[];
  /**
   * The factor at which the drawing is first shown: it fits the viewport, but never falls below the least readable
   * one; then the drawing is higher than the viewport, or, where no arrangement is narrow enough, wider.
   */
  scale: number;
}

export interface LayoutOptions {
  /** The room that the drawing has. */
  viewport: Size;
  /** Small trees are never enlarged beyond this. */
  maxScale?: number;
  /** Large trees are never made smaller than this. */
  minScale?: number;
}
