/** Rows of a crash matrix go out by dozens, so that the page shows them as they come and is not kept busy by each. */
import type { CrashMatrix, CrashRow } from "../model/index.ts";

const ROWS = 16;

export class RowFeed {
  readonly #send: (begins: CrashMatrix | null, rows: CrashRow[]) => void;
  #begins: CrashMatrix | null = null;
  #rows: CrashRow[] = [];

  constructor(send: (begins: CrashMatrix | null, rows: CrashRow[]) => void) {
    this.#send = send;
  }

  begin(matrix: CrashMatrix): void {
    this.#begins = matrix;
    this.flush();
  }

  add(row: CrashRow): void {
    this.#rows.push(row);
    if (this.#rows.length >= ROWS) this.flush();
  }

  flush(): void {
    if (this.#begins === null && this.#rows.length === 0) return;
    this.#send(this.#begins, this.#rows);
    this.#begins = null;
    this.#rows = [];
  }
}
