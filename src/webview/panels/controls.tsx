/** Small controls that the panels share. */
import { type ComponentChildren, Fragment } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** A part that scrolls is reached by Tab, or the keyboard could not scroll it. */
export const SCROLLS = { tabIndex: 0 } as const;

export function IconButton(props: {
  icon: string;
  label: string;
  onClick: () => void;
  disabled?: boolean;
  pressed?: boolean;
  /** Shown beside the icon. */
  text?: string;
}) {
  return (
    <button
      type="button"
      class={`icon-button ${props.pressed === true ? "pressed" : ""}`}
      aria-label={props.label}
      aria-pressed={props.pressed}
      title={props.label}
      disabled={props.disabled === true}
      onClick={props.onClick}
    >
      <i class={`codicon codicon-${props.icon}`} />
      {props.text !== undefined && <span>{props.text}</span>}
    </button>
  );
}

export interface MenuItem {
  label: string;
  icon?: string;
  hint?: string;
  disabled?: boolean;
  /** One of several of which one holds. */
  checked?: boolean;
  /** Stands over the first item of a group. */
  heading?: string;
  run: () => void;
}

/** A button that opens a list of commands: arrow keys, Enter, Escape. */
export function Menu(props: {
  label: string;
  icon?: string;
  text?: string;
  items: readonly MenuItem[];
  disabled?: boolean;
  kind?: "icon-button" | "button";
  align?: "left" | "right";
}) {
  const [open, setOpen] = useState(false);
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) {
      return undefined;
    }
    const { left, right, bottom } = host.current!.getBoundingClientRect();
    const list = host.current!.querySelector<HTMLElement>(".menu")!;
    place(list, { x: props.align === "right" ? right - list.offsetWidth : left, y: bottom + 2 });
    focusItem(host.current, 0);
    const away = (event: Event) => {
      if (event.target instanceof Node && host.current?.contains(event.target) !== true) {
        setOpen(false);
      }
    };
    document.addEventListener("pointerdown", away, true);
    return () => document.removeEventListener("pointerdown", away, true);
  }, [open]);
  const close = () => {
    setOpen(false);
    host.current?.querySelector("button")?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) {
      return;
    }
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Escape") {
      close();
    } else if (event.key === "Tab") {
      setOpen(false);
      return;
    } else if (step !== 0) {
      focusItem(host.current, step);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="menu-host" ref={host}>
      <button
        type="button"
        class={props.kind ?? "icon-button"}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={props.label}
        title={props.label}
        disabled={props.disabled === true}
        onClick={() => setOpen(!open)}
      >
        {props.icon !== undefined && <i class={`codicon codicon-${props.icon}`} />}
        {props.text !== undefined && <span>{props.text}</span>}
        <i class="codicon codicon-chevron-down small-chevron" />
      </button>
      {open && (
        <div class="menu" role="menu" tabIndex={-1} aria-label={props.label} onKeyDown={onKeyDown}>
          <MenuItems items={props.items} close={close} />
        </div>
      )}
    </div>
  );
}

function MenuItems({ items, close }: { items: readonly MenuItem[]; close: () => void }) {
  return (
    <>
      {items.map((item) => (
        <Fragment key={item.label}>
          {item.heading !== undefined && (
            <div class="menu-heading" role="presentation">
              {item.heading}
            </div>
          )}
          <button
            type="button"
            {...(item.checked === undefined
              ? { role: "menuitem" }
              : { role: "menuitemradio", "aria-checked": item.checked })}
            class="menu-item"
            tabIndex={-1}
            disabled={item.disabled === true}
            onClick={() => {
              close();
              item.run();
            }}
          >
            <i class={`codicon codicon-${item.checked === true ? "check" : (item.icon ?? "blank")}`} />
            <span class="menu-label">{item.label}</span>
            {item.hint !== undefined && <span class="menu-hint">{item.hint}</span>}
          </button>
        </Fragment>
      ))}
    </>
  );
}

/** Puts a menu at a point of the page, or as near to it as the whole of it is in the window. */
function place(menu: HTMLElement, at: { x: number; y: number }): void {
  menu.style.left = `${Math.max(4, Math.min(at.x, window.innerWidth - menu.offsetWidth - 4))}px`;
  menu.style.top = `${Math.max(4, Math.min(at.y, window.innerHeight - menu.offsetHeight - 4))}px`;
}

/** A menu at a point of the page, as a right click or the menu key asks for. */
export function FloatingMenu(props: {
  label: string;
  at: { x: number; y: number };
  items: readonly MenuItem[];
  close: (back: boolean) => void;
}) {
  const host = useRef<HTMLDivElement>(null);
  const { close, at } = props;
  useEffect(() => {
    const element = host.current!;
    place(element, at);
    focusItem(element, 0);
    const away = (event: Event) => {
      if (event.target instanceof Node && !element.contains(event.target)) {
        close(false);
      }
    };
    document.addEventListener("pointerdown", away, true);
    return () => document.removeEventListener("pointerdown", away, true);
  }, [at, close]);
  return (
    <div
      ref={host}
      class="menu"
      role="menu"
      tabIndex={-1}
      aria-label={props.label}
      onKeyDown={(event) => {
        const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
        if (step !== 0) {
          focusItem(host.current, step);
        } else if (event.key === "Escape" || event.key === "Tab") {
          close(true);
        } else {
          return;
        }
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <MenuItems items={props.items} close={() => close(true)} />
    </div>
  );
}

/** A button that opens a small panel of controls. */
export function Popover(props: { label: string; icon: string; children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) {
      return undefined;
    }
    const away = (event: Event) => {
      if (event.target instanceof Node && host.current?.contains(event.target) !== true) {
        setOpen(false);
      }
    };
    const element = host.current!;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") {
        setOpen(false);
        element.querySelector("button")?.focus();
        event.stopPropagation();
      }
    };
    document.addEventListener("pointerdown", away, true);
    element.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("pointerdown", away, true);
      element.removeEventListener("keydown", onKey);
    };
  }, [open]);
  return (
    <div class="menu-host" ref={host}>
      <button
        type="button"
        class="icon-button"
        aria-expanded={open}
        aria-label={props.label}
        title={props.label}
        onClick={() => setOpen(!open)}
      >
        <i class={`codicon codicon-${props.icon}`} />
      </button>
      {open && <div class="popover">{props.children}</div>}
    </div>
  );
}

/** Moves the focus by `step` among the items that can be used; 0 is the first. */
function focusItem(host: HTMLElement | null, step: number): void {
  const items = [...(host?.querySelectorAll<HTMLButtonElement>(".menu-item:not(:disabled)") ?? [])];
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  const next = step === 0 ? 0 : (at + step + items.length) % items.length;
  items[next]?.focus();
}

export function Section(props: { title: string; children: ComponentChildren }) {
  return (
    <section class="section">
      <h3>{props.title}</h3>
      {props.children}
    </section>
  );
}

/** A row of a list of facts. */
export function Fact({
  name,
  value,
  hint,
}: {
  name: string;
  value: string | number;
  hint?: string | undefined;
}) {
  return (
    <>
      <dt title={hint}>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
