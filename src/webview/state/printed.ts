/**
 * What the page shows comes from sources, runs and messages. Text cannot become markup here, but it could turn the direction of
 * the text around it, or fill the page.
 */
import { options, type VNode } from "preact";
import { printable } from "../../model/index.ts";

const READ = ["title", "aria-label", "placeholder", "alt"];

/** From now on every text of every element is printable, whoever made it. */
export function printTexts(): void {
  const before = options.vnode;
  options.vnode = (vnode: VNode): void => {
    if (typeof vnode.type === "string") print(vnode.props as Record<string, unknown>);
    before?.(vnode);
  };
}

function print(props: Record<string, unknown>): void {
  const { children } = props;
  if (typeof children === "string") props.children = shown(children);
  else if (Array.isArray(children)) props.children = children.map(shown);
  for (const name of READ) if (typeof props[name] === "string") props[name] = shown(props[name]);
}

/** Most texts are plain, and every frame makes hundreds of them. */
const PLAIN = /^[ -~]{0,200}$/;

/** Line ends and tabs do nothing in a page but what they are for. */
function shown(text: unknown): unknown {
  return typeof text === "string" && !PLAIN.test(text)
    ? text
        .split(/([\n\t])/)
        .map((part, n) => (n % 2 === 0 ? printable(part) : part))
        .join("")
    : text;
}
