/**
 * Where an import leads: to a file of the analysed root (relative path with `/`), to an external package, or
 * nowhere. `package` beside `file` is the name of the workspace package that the file belongs to: a library's
 * own code then counts as the library (`../src/index.js` inside noex is noex). `folder` is that package's.
 */
export type Resolution = { file: string; package?: string; folder?: string } | { package: string } | null;

/** Pure and cheap; the linker caches its answers until files appear or vanish. */
export type Resolver = (fromFile: string, specifier: string) => Resolution;
