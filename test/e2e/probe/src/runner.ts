/** A few lines of test runner: inside the extension host there is no other. */

export interface ProbeResult {
  name: string;
  /** Null when it passed. */
  error: string | null;
}

export interface ProbeReport {
  results: ProbeResult[];
  /** A failure outside any test. */
  fatal: string | null;
}

type Test = { name: string; body: () => Promise<void> };

const tests: Test[] = [];

export function test(name: string, body: () => Promise<void>): void {
  tests.push({ name, body });
}

/** Runs the tests one after the other; one that fails does not stop the rest. */
export async function runTests(after: () => Promise<void>): Promise<ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (const { name, body } of tests) {
    let error: string | null = null;
    try {
      await withLimit(body(), 120_000, name);
    } catch (thrown) {
      error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    }
    await after();
    results.push({ name, error });
  }
  return results;
}

function withLimit(work: Promise<void>, limit: number, name: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${name}: not done after ${limit} ms`)), limit);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Asks again until it holds: the editor tells us of most changes a little later. */
export async function eventually<T>(what: string, ask: () => T | Promise<T>): Promise<NonNullable<T>> {
  let last: unknown;
  for (let attempt = 0; attempt < 900; attempt++) {
    try {
      const answer = await ask();
      if (answer) return answer as NonNullable<T>;
    } catch (error) {
      last = error;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`never came true: ${what}${last ? ` (${String(last)})` : ""}`);
}
