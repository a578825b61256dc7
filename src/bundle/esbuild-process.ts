/**
 * Put before esbuild's WebAssembly in its own process, where it decides how long a bundle takes: the compiler of V8 that
 * makes fast code costs several times what a bundle does, and each question to the file system costs less when it is
 * answered at once. Built to one file beside `esbuild-wasm`.
 */
import fs from "node:fs";
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";

type Done = (error: unknown, ...results: unknown[]) => void;
type Functions = Record<string, (...args: unknown[]) => unknown>;

for (const flag of ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering"]) setFlagsFromString(flag);

const functions = fs as unknown as Functions;
for (const name of ["open", "close", "fstat", "stat", "lstat", "readdir", "readlink"]) {
  const atOnce = functions[`${name}Sync`] as (...args: unknown[]) => unknown;
  functions[name] = (...args) => {
    const done = args.pop() as Done;
    let result: unknown;
    try {
      result = atOnce(...args);
    } catch (error) {
      done(error);
      return;
    }
    done(null, result);
  };
}

type Reading = [file: number, buffer: Uint8Array, offset: number, length: number, position: number | null];
const { read } = functions as { read: (...args: unknown[]) => unknown };
functions.read = (...args) => {
  const reading = args.slice(0, 5) as Reading;
  const done = args[5] as Done;
  // What the other process says has to be waited for.
  if (reading[0] <= 2) return read(...args);
  let count: number;
  try {
    count = fs.readSync(...reading);
  } catch (error) {
    done(error, 0, reading[1]);
    return;
  }
  done(null, count, reading[1]);
};

createRequire(__filename)("./bin/esbuild");
