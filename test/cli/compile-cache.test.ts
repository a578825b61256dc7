import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { compileCacheFolder } from "../../src/cli/compile-cache.ts";

let home: string;
let caches: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "suptree-home-"));
  caches = path.join(home, "caches");
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
});

const folder = () => compileCacheFolder({ XDG_CACHE_HOME: caches }, home);
const modeOf = (file: string) => statSync(file).mode & 0o777;

test("is a folder of the user's own with mode 0700", () => {
  const found = folder()!;
  expect(found).toBe(path.join(caches, "suptree", "compile-cache"));
  expect([modeOf(found), statSync(found).uid]).toEqual([0o700, process.getuid!()]);
  chmodSync(found, 0o777);
  expect(folder()).toBe(found);
  expect(modeOf(found)).toBe(0o700);
});

test("is below the home folder where nothing else is said", () => {
  expect(compileCacheFolder({}, home)).toBe(path.join(home, ".cache", "suptree", "compile-cache"));
  expect(compileCacheFolder({ XDG_CACHE_HOME: "relative" }, home)).toMatch(/\.cache/);
  expect(compileCacheFolder({}, "")).toBeNull();
});

test("is none where somebody else could put code", () => {
  const found = folder()!;
  chmodSync(path.dirname(found), 0o777);
  expect(folder()).toBeNull();
  chmodSync(path.dirname(found), 0o755);
  chmodSync(caches, 0o770);
  expect(folder()).toBeNull();
  chmodSync(caches, 0o700);
  expect(folder()).toBe(found);
  rmSync(found, { recursive: true });
  mkdirSync(path.join(home, "elsewhere"));
  symlinkSync(path.join(home, "elsewhere"), found);
  expect(folder()).toBeNull();
  rmSync(found);
  // Only root can make a folder that is somebody else's.
  if (process.getuid!() !== 0) return;
  mkdirSync(found, { mode: 0o700 });
  chownSync(found, 12_345, 12_345);
  expect(folder()).toBeNull();
});
