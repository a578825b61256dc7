/** What runs code, and within what. */
import type { Class, Expr, Func, NodeExtras, Stmt } from "../../model/code.ts";
import type { Callable, ClassOf } from "./classes.ts";
import type { Scope } from "./scope.ts";

export type Code = Expr<NodeExtras>;
export type Steps = Generator<unknown, unknown>;

/** What `this` and `super` are. */
export interface Frame {
  readonly self: unknown;
  readonly home: ClassOf | null;
  /** Called by `super(...)`. */
  readonly construct?: (args: readonly unknown[]) => void;
  /** What `new` was called on. */
  readonly target?: ClassOf;
}

/** How functions and classes come to be: see `Machine`. */
export interface Maker {
  /** `named`: an expression, which has its own name for itself. */
  function(
    func: Func<NodeExtras>,
    scope: Scope,
    frame: Frame,
    named?: boolean,
    name?: string | null,
  ): unknown;
  class(code: Class<NodeExtras>, scope: Scope, frame: Frame, how?: { name?: string }): ClassOf;
  make(cls: ClassOf, args: readonly unknown[]): unknown;
  block(body: readonly Stmt<NodeExtras>[], scope: Scope, frame: Frame): Steps;
  /** What the library's own class does on a callback that the program's does not have. */
  library(name: string): Callable | null;
}
