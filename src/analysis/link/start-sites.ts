/** From where each supervisor is started, and with which arguments. */
import type { Value } from "../evaluate/values.ts";

export class StartSites {
  /** Code → owner → the arguments of each start there. */
  private readonly byCode = new Map<string, Map<object, (Value[] | null)[]>>();
  private readonly byOwner = new Map<object, Set<string>>();

  /** Replaces what an owner starts; returns the codes that are affected. */
  set(owner: object, starts: readonly { code: string | null; args: Value[] | null }[]): Set<string> {
    const affected = new Set(this.byOwner.get(owner) ?? []);
    for (const code of affected) this.byCode.get(code)?.delete(owner);
    const codes = new Set<string>();
    for (const { code, args } of starts) {
      if (code === null) continue;
      codes.add(code);
      affected.add(code);
      let owners = this.byCode.get(code);
      if (owners === undefined) {
        owners = new Map();
        this.byCode.set(code, owners);
      }
      const known = owners.get(owner);
      if (known === undefined) owners.set(owner, [args]);
      else known.push(args);
    }
    if (codes.size > 0) this.byOwner.set(owner, codes);
    else this.byOwner.delete(owner);
    return affected;
  }

  /** The arguments of the only start; null when there are several or none. */
  only(code: string): Value[] | null {
    const owners = this.byCode.get(code);
    if (owners === undefined || owners.size !== 1) return null;
    for (const all of owners.values()) return all.length === 1 ? all[0]! : null;
    return null;
  }
}
