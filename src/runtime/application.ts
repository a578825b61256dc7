/** Applications: a name, the applications that must run before, and a top supervisor. */
import { ProcessError } from "./errors.ts";
import { describeTerm } from "./reason.ts";
import type { AnyStart, ProcessClass, StartArgs } from "./spec.ts";

/** A component that is started and stopped as a whole (OTP's application). */
export interface Application {
  readonly name: string;
  /** Started before this one, stopped after it. */
  readonly applications: readonly Application[];
  /** The top supervisor; absent for a library that only others' processes use. */
  readonly start: AnyStart | undefined;
}

/** What {@link defineApplication} takes. */
export interface ApplicationSpec<C extends ProcessClass = ProcessClass> {
  name: string;
  applications?: readonly Application[];
  /** The top supervisor's class and the arguments of its `init`. */
  start?: readonly [cls: C, ...args: StartArgs<C>];
}

function check(application: unknown, by?: string): void {
  const app = application as Partial<Application> | null | undefined;
  if (typeof app?.name === "string" && Array.isArray(app.applications)) return;
  const what = by === undefined ? "" : `application ${by} needs what is no application: `;
  throw new ProcessError("badarg", `${what}${describeTerm(application)} was not made by defineApplication`);
}

/** Defines an application: `defineApplication({ name: "chat", applications: [mnesia], start: [AppSup] })`. */
export function defineApplication<C extends ProcessClass = ProcessClass>(
  spec: ApplicationSpec<C>,
): Application {
  if (typeof spec !== "object" || spec === null || typeof spec.name !== "string") {
    throw new ProcessError(
      "badarg",
      `an application is { name, applications?, start? }, not ${describeTerm(spec)}`,
    );
  }
  for (const needed of spec.applications ?? []) check(needed, spec.name);
  return Object.freeze({
    name: spec.name,
    applications: Object.freeze([...(spec.applications ?? [])]),
    start: spec.start,
  });
}

/** The application and all that it needs, in start order. @throws Error when they need each other in a circle. */
export function startOrder(application: Application): Application[] {
  const order: Application[] = [];
  const open: Application[] = [];
  const visit = (app: Application): void => {
    if (order.includes(app)) return;
    check(app);
    if (open.includes(app)) {
      const circle = [...open.slice(open.indexOf(app)), app].map((member) => member.name).join(" → ");
      throw new Error(`applications need each other in a circle: ${circle}`);
    }
    open.push(app);
    for (const needed of app.applications) visit(needed);
    open.pop();
    order.push(app);
  };
  visit(application);
  return order;
}
