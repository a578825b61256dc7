/** Paths inside URIs, as plain functions. */

/** `/C:/x` and `/c:/x` are one path: the editor writes drives in either case. */
const drive = (path: string): string => path.replace(/^\/[A-Z]:/, (letter) => letter.toLowerCase());

/** The path of `file` below `folder`, with `/`; null when it lies elsewhere. */
export function below(folder: string, file: string): string | null {
  const base = drive(folder.endsWith("/") ? folder : `${folder}/`);
  const path = drive(file);
  return path.startsWith(base) ? path.slice(base.length) : null;
}

/** A file that the model names by its whole path, since it lies on another drive or share than what is analysed. */
export function isElsewhere(file: string): boolean {
  return file.startsWith("/") || /^[A-Za-z]:\//.test(file);
}
