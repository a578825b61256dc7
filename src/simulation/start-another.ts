/** A stand-in starts another: a child of a supervisor, or a process outside any tree. */
import { describeTerm, type Pid } from "../runtime/index.ts";
import type { User } from "./user.ts";
import { ofChild, type World } from "./world.ts";

/** Starts a dynamic child, or a process outside any tree. */
export async function startAnother(
  user: User,
  world: World,
  key: string,
  templateKey: string | null,
): Promise<Pid | null> {
  const dynamic = world.templateFor(templateKey ?? key);
  if (dynamic !== null) {
    const { supervisor, template } = dynamic;
    const target =
      world.nameOf(supervisor) ?? world.find(supervisor) ?? `${world.labelOf(supervisor)} (not running)`;
    const above = world.find(supervisor);
    const spec = { ...world.make.childSpec(template, world), ...ofChild(world.saidOfChildren(above)) };
    world.met.named(supervisor, spec.id);
    const numbered = world.supervisor(supervisor)?.dynamic === true;
    if (!numbered && !template.single) spec.id = `${template.id}-${world.nextNumber(supervisor)}`;
    if (above !== null && world.supervisor(supervisor)?.childrenStop != null)
      world.make.notPastLimit(spec, above.id, world);
    const result = await user.startChildResult(target, spec);
    if (result.error !== undefined)
      throw new Error(`${spec.id} was not started: ${describeTerm(result.error)}`);
    return result.ok ?? null;
  }
  const orphan = world.plan.orphans.find((each) => each.key === key);
  if (orphan === undefined) return null;
  const cls = world.make.standIn(orphan, world, orphan.given !== null);
  const args = (orphan.code === null ? [] : (orphan.given ?? [])) as never[];
  return orphan.linked ? user.startLink(cls, ...(args as [])) : user.start(cls, ...(args as []));
}
