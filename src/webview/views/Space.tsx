/** Stands in a table for rows that are out of sight. @param height of one row, in pixels */
export function Space({ rows, height }: { rows: number; height: number }) {
  return rows === 0 ? null : <tr style={{ height: `${rows * height}px` }} />;
}
