/** What a benchmark promises, row by row: printed as it is found out; the exit code is 1 when any is missed. */

let met = 0;
let missed = 0;

const shown = (value: number): string => (value < 10 ? value.toFixed(2) : String(Math.round(value)));

function row(
  work: string,
  value: number,
  bound: string,
  isMet: boolean,
  unit: string,
  measured: string,
): void {
  if (isMet) met += 1;
  else missed += 1;
  const columns = [
    work.padEnd(76),
    `${shown(value)} ${unit}`.padStart(10),
    bound.padEnd(16),
    isMet ? "ok    " : "MISSED",
    measured,
  ];
  console.log(columns.join("  ").trimEnd());
}

export function atMost(work: string, value: number, most: number, unit = "x", measured = ""): void {
  row(work, value, `at most ${shown(most)} ${unit}`, value <= most, unit, measured);
}

export function atLeast(work: string, value: number, least: number, unit = "x", measured = ""): void {
  row(work, value, `at least ${shown(least)} ${unit}`, value >= least, unit, measured);
}

/** The last line; call it when everything is measured. */
export function conclude(): void {
  console.log(`\n${met} of ${met + missed} targets met`);
  process.exitCode = missed === 0 ? 0 : 1;
}
