/** A handler is asked what it does about a process that is not there: it may look at what has failed before it goes on. */
import { describe } from "vitest";
import { cases, IMPORT } from "./program.ts";

const ERRORS = `import { CallError, Exit, ProcessError } from "suptree";\n`;

/** A process that calls one that is not restarted. */
const caller = (body: string, beside = ""): string => `${IMPORT}${ERRORS}
class Rates extends GenServer {}
${beside}
class Desk extends GenServer { tries = 0; async handleCast() { ${body} } }
export class App extends Supervisor { init() { return { children: [
  { id: "rates", start: [Rates], name: "rates", restart: "temporary" }, { id: "desk", start: [Desk] },
] }; } }
`;
const CALL = `await this.call("rates", {})`;
const NEEDED = ["restart-policy temporaryNeeded"];
/** A helper may wait for what it is given, or not. */
const PERHAPS = ["restart-policy temporaryNeeded?"];
const thrown = (handler: string, beside = ""): string =>
  caller(`try { ${CALL}; } catch (error) { ${handler} }`, beside);

describe("goes on without", () => {
  cases([
    ["the library's error", thrown("if (error instanceof CallError) return; throw error;")],
    ["the same the other way round", thrown("if (!(error instanceof CallError)) throw error;")],
    ["any error", thrown("if (error instanceof Error) return; throw error;")],
    ["its reason", thrown(`if (error.reason === "noproc") return; throw error;`)],
    [
      "a switch on its reason",
      thrown(`switch (error.reason) { case "noproc": return; default: throw error; }`),
    ],
    [
      "a helper that is asked",
      thrown(
        "if (isGone(error)) return; throw error;",
        `const isGone = (e: unknown) => e instanceof CallError && ["noproc", "normal"].includes(e.reason as string);`,
      ),
    ],
    [
      "a helper that catches",
      caller(
        `await tolerant(() => this.call("rates", {}));`,
        "async function tolerant(f) { try { return await f(); } catch (e) { if (e instanceof CallError) return null; throw e; } }",
      ),
    ],
    [
      "a helper that is given the promise",
      caller(
        `await settled(${CALL.slice(6)});`,
        "async function settled(p) { try { return await p; } catch { return null; } }",
      ),
    ],
    [
      "a method that is given the promise",
      caller(
        `} async settled(p) { try { return await p; } catch { return null; } } async handleInfo() { await this.settled(${CALL.slice(6)});`,
      ),
    ],
    [
      "a helper that gives it a handler",
      caller(`await orNull(${CALL.slice(6)});`, "const orNull = (p) => p.catch(() => null);"),
    ],
    [
      "a helper that gives it two handlers",
      caller(`await orNull(${CALL.slice(6)});`, "const orNull = (p) => p.then((x) => x, () => null);"),
    ],
    [
      "a helper that tells what became of it",
      caller(
        `await outcome(${CALL.slice(6)});`,
        "const outcome = async (p) => (await Promise.allSettled([p]))[0];",
      ),
    ],
    ["a promise that is kept first", caller(`const asked = ${CALL.slice(6)}; try { await asked; } catch {}`)],
    [
      "a promise's handler",
      caller(
        `${CALL}.catch(ignore);`,
        "const ignore = (e) => { if (e instanceof CallError) return; throw e; };",
      ),
    ],
    ["it chooses how it ends", thrown(`this.exit("no_rates");`)],
  ]);
});

describe("fails all the same", () => {
  cases([
    [
      "a helper that is given the promise and throws again",
      caller(
        `await told(${CALL.slice(6)});`,
        "async function told(p) { try { return await p; } catch (e) { throw new Error('told', { cause: e }); } }",
      ),
      PERHAPS,
    ],
    [
      "a helper that only waits for it",
      caller(`await first(${CALL.slice(6)});`, "async function first(p) { return (await p) ?? null; }"),
      PERHAPS,
    ],
    [
      "a helper that gives it no handler of failures",
      caller(`await named(${CALL.slice(6)});`, "const named = (p) => p.then((x) => x);"),
      PERHAPS,
    ],
    [
      "one in the open beside one that a helper catches",
      caller(
        `await settled(${CALL.slice(6)}); ${CALL};`,
        "async function settled(p) { try { return await p; } catch { return null; } }",
      ),
      NEEDED,
    ],
    ["no error at all", thrown("if (error instanceof Exit) return; throw error;"), NEEDED],
    ["an error of the language", thrown("if (error instanceof TypeError) return; throw error;"), NEEDED],
    [
      "an error of the program",
      thrown("if (error instanceof Late) return; throw error;", "class Late extends Error {}"),
      NEEDED,
    ],
    ["another reason", thrown(`if (error.reason === "timeout") return; throw error;`), NEEDED],
    ["an error of its own", thrown(`throw new Error("no rates", { cause: error });`), NEEDED],
    [
      "a promise's handler that throws",
      caller(`${CALL}.catch((cause) => { throw new Error("no rates", { cause }); });`),
      NEEDED,
    ],
    ["no handler", caller(`try { ${CALL}; } finally { this.tries++; }`), NEEDED],
  ]);
});

describe("it is not known which", () => {
  const PERHAPS = ["restart-policy temporaryNeeded?"];
  cases([
    ["so many times", thrown("if (this.tries++ < 3) return; throw error;"), PERHAPS],
    ["by the environment", thrown("if (process.env.STRICT) throw error;"), PERHAPS],
    ["decided", thrown("const strict = false; if (strict) throw error;")],
  ]);
});

describe("what is caught is kept, and thrown later", () => {
  const retry = (body: string): string =>
    caller(
      `await again(3, () => this.call("rates", {}));`,
      `async function again(n, f) { let last; ${body} }`,
    );
  const LOOP = "for (let i = 0; i < n; i++) { try { return await f(); } catch (error) { last = error; } }";
  cases([
    ["after the loop", retry(`${LOOP} throw last;`), NEEDED],
    ["in another error", retry(`${LOOP} throw new Error("no rates", { cause: last });`), NEEDED],
    ["where there was one", retry(`${LOOP} if (last !== undefined) throw last;`), NEEDED],
    ["rejected", retry(`${LOOP} return Promise.reject(last);`), NEEDED],
    [
      "on a condition about something else",
      retry(`${LOOP} if (process.env.STRICT) throw last;`),
      [`${NEEDED[0]}?`],
    ],
    ["told only", retry(`${LOOP} console.error(last);`)],
    ["another is thrown", retry(`${LOOP} let other; if (n < 0) throw other;`)],
  ]);
});
