/**
 * Finds the real Erlang/OTP, which the conformance tests ask: an installed one, else Debian's package where we are root
 * and apt is there. `node scripts/provision-erlang.ts` provisions and says which one is used.
 */
import { aptInstall, which } from "./util/run.ts";

/** @throws Error whose message says what was tried and what to do. */
export async function provisionErlang(say: (line: string) => void = () => {}): Promise<{ from: string }> {
  const installed = await which("erl");
  if (installed) return { from: installed };
  if (await aptInstall("erlang-base", say)) {
    const found = await which("erl");
    if (found) return { from: `${found} (Debian package)` };
  }
  throw new Error(
    "no Erlang/OTP: install it (erlang-base on Debian) to have fresh scenarios compared with it",
  );
}

if (import.meta.main) console.log((await provisionErlang(console.log)).from);
