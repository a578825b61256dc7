import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { readBytes, writeFiles } from "../../src/files/index.ts";

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "suptree-files-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

const at = (...names: string[]): string => path.join(folder, ...names);
const set = (text: string) => () => Buffer.from(text);
const add = (text: string) => (before: Buffer | null) => Buffer.concat([before!, Buffer.from(text)]);
const read = (name: string): string => readFileSync(at(name), "utf8");
const leftovers = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.includes(".suptree-"));

async function problemOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as Error).message;
  }
  return "written";
}

describe("a file", () => {
  test("is made, and changed; nothing else is left", async () => {
    await writeFiles([{ file: at("a"), content: set("one") }]);
    await writeFiles([{ file: at("a"), content: add(" two") }]);
    expect(read("a")).toBe("one two");
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  test("keeps mode and owner", async () => {
    writeFileSync(at("a"), "1");
    chmodSync(at("a"), 0o751);
    const before = statSync(at("a"));
    // Only root can give files away; for others the file is theirs before and after.
    if (process.getuid?.() === 0) chownSync(at("a"), 12_345, 23_456);
    const { uid, gid } = statSync(at("a"));
    await writeFiles([{ file: at("a"), content: set("2") }]);
    const after = statSync(at("a"));
    expect([after.mode & 0o7777, after.uid, after.gid]).toEqual([0o751, uid, gid]);
    expect(after.ino).not.toBe(before.ino);
    chmodSync(at("a"), 0o4755);
    await writeFiles([{ file: at("a"), content: set("3") }]);
    expect(statSync(at("a")).mode & 0o7777).toBe(0o4755);
  });

  test("is not touched when nothing changes", async () => {
    writeFileSync(at("a"), "1");
    const { ino } = statSync(at("a"));
    await writeFiles([{ file: at("a"), content: (before) => before! }]);
    expect(statSync(at("a")).ino).toBe(ino);
  });

  test("behind a link is replaced, and the link stays", async () => {
    mkdirSync(at("real"));
    writeFileSync(at("real", "a"), "1");
    symlinkSync("real", at("folder"));
    symlinkSync(path.join("folder", "a"), at("link"));
    await writeFiles([{ file: at("link"), content: set("2") }]);
    expect(read("real/a")).toBe("2");
    expect(readlinkSync(at("link"))).toBe("folder/a");
    expect(lstatSync(at("real", "a")).isFile()).toBe(true);
  });
});

describe("refused, with everything as it was:", () => {
  test.each<[string, (name: string) => void, string]>([
    ["a folder", (name) => mkdirSync(name), "it is a folder"],
    ["a FIFO", (name) => execFileSync("mkfifo", [name]), "it is not a regular file"],
    ["a device", (name) => symlinkSync("/dev/null", name), "it is not a regular file"],
    ["an endless device", (name) => symlinkSync("/dev/zero", name), "it is not a regular file"],
    [
      "a file of 2 GB",
      (name) => {
        writeFileSync(name, "");
        truncateSync(name, 2 ** 31);
      },
      "it is larger than 64 MB",
    ],
    ["a read-only file", (name) => writeFileSync(name, "1", { mode: 0o444 }), "it is read-only"],
    [
      "a link into nothing",
      (name) => symlinkSync("gone", name),
      "it is a link to a file that does not exist",
    ],
    ["a link to itself", (name) => symlinkSync(path.basename(name), name), "symbolic links lead in a circle"],
    [
      "one of two names",
      (name) => {
        writeFileSync(name, "1");
        linkSync(name, `${name}2`);
      },
      "it has 2 names (hard links), which writing it would part",
    ],
  ])("%s", async (_, make, problem) => {
    make(at("a"));
    const before = lstatSync(at("a"), { bigint: true });
    expect(await problemOf(writeFiles([{ file: at("a"), content: set("2") }]))).toBe(problem);
    const after = lstatSync(at("a"), { bigint: true });
    expect([after.ino, after.size, after.mtimeNs, after.mode]).toEqual([
      before.ino,
      before.size,
      before.mtimeNs,
      before.mode,
    ]);
    expect(leftovers()).toEqual([]);
  });

  // Only root can become somebody else here.
  test.runIf(process.getuid?.() === 0)("a file of somebody else, though it may be written", () => {
    chmodSync(folder, 0o777);
    writeFileSync(at("a"), "theirs");
    chmodSync(at("a"), 0o666);
    const module = fileURLToPath(new URL("../../src/files/index.ts", import.meta.url));
    const program = `
      const { writeFiles } = await import(${JSON.stringify(module)});
      process.setgid(65_534); process.setuid(65_534);
      const content = () => Buffer.from("mine");
      for (const file of process.argv.slice(1))
        await writeFiles([{ file, content }]).then(() => console.log("written"), (error) => console.log(error.message));`;
    mkdirSync(at("closed"), { mode: 0o755 });
    writeFileSync(at("closed", "a"), "theirs");
    chmodSync(at("closed", "a"), 0o666);
    writeFileSync(at("private"), "theirs", { mode: 0o600 });
    const files = [at("a"), at("closed", "a"), at("private"), at("own")];
    const said = execFileSync(process.execPath, ["--input-type=module", "-e", program, ...files], {
      encoding: "utf8",
    });
    expect(said.trim().split("\n")).toEqual([
      "it belongs to somebody else, which writing it would change",
      "permission denied",
      "permission denied",
      "written",
    ]);
    for (const name of ["a", "closed/a", "private"]) expect(read(name)).toBe("theirs");
    expect(leftovers()).toEqual([]);
  });

  test("a folder that is not there, a name that is too long, NUL", async () => {
    expect(await problemOf(writeFiles([{ file: at("no", "a"), content: set("") }]))).toBe(
      "its folder does not exist",
    );
    expect(await problemOf(writeFiles([{ file: at("a".repeat(300)), content: set("") }]))).toBe(
      "its path is too long",
    );
    expect(await problemOf(writeFiles([{ file: at("a\0b"), content: set("") }]))).toBe(
      "its path holds the character NUL",
    );
    writeFileSync(at("file"), "");
    expect(await problemOf(writeFiles([{ file: at("file", "a"), content: set("") }]))).toBe(
      "a part of its path is no folder",
    );
  });

  test("what changes, appears or vanishes while it is being written", async () => {
    const interfering = (interfere: () => void) => () => {
      interfere();
      return Buffer.from("mine");
    };
    writeFileSync(at("a"), "1");
    const change = { file: at("a"), content: interfering(() => writeFileSync(at("a"), "theirs")) };
    expect(await problemOf(writeFiles([change]))).toBe("it changed meanwhile");
    expect(read("a")).toBe("theirs");
    const made = { file: at("b"), content: interfering(() => writeFileSync(at("b"), "theirs")) };
    expect(await problemOf(writeFiles([made]))).toBe("it appeared meanwhile");
    expect(read("b")).toBe("theirs");
    const gone = { file: at("a"), content: interfering(() => rmSync(at("a"))) };
    expect(await problemOf(writeFiles([gone]))).toBe("it changed meanwhile");
    expect(existsSync(at("a"))).toBe(false);
    // A link in its place leads elsewhere.
    writeFileSync(at("a"), "1");
    const swapped = {
      file: at("a"),
      content: interfering(() => {
        rmSync(at("a"));
        symlinkSync("b", at("a"));
      }),
    };
    expect(await problemOf(writeFiles([swapped]))).toBe("it changed meanwhile");
    expect(read("b")).toBe("theirs");
    expect(leftovers()).toEqual([]);
  });

  test("what lies outside, by whatever way", async () => {
    mkdirSync(at("in", "deep"), { recursive: true });
    mkdirSync(at("out"));
    mkdirSync(at("in-not"));
    writeFileSync(at("out", "a"), "1");
    writeFileSync(at("in-not", "a"), "1");
    symlinkSync(at("out", "a"), at("in", "link"));
    symlinkSync(at("out"), at("in", "folder"));
    symlinkSync("../../out", at("in", "deep", "up"));
    const within = { within: [at("in")] };
    const ways = ["in/link", "in/folder/a", "in/folder/new", "in/deep/up/a", "in/../out/a", "in-not/a", "in"];
    for (const way of ways) {
      // Not `join`, which would take the dots away.
      const file = `${folder}/${way}`;
      expect(await problemOf(writeFiles([{ file, content: set("2") }], within)), way).toMatch(
        /^it lies outside the folders and files that were named$|^it is a folder$/,
      );
    }
    expect([read("out/a"), read("in-not/a"), readdirSync(at("out"))]).toEqual(["1", "1", ["a"]]);
    // A link that is inside and leads inside is as good as its target; so is one that was itself named.
    writeFileSync(at("in", "b"), "1");
    symlinkSync("../b", at("in", "deep", "b"));
    await writeFiles([{ file: at("in", "deep", "b"), content: set("2") }], within);
    expect(read("in/b")).toBe("2");
    await writeFiles([{ file: at("in", "link"), content: set("2") }], { within: [at("in", "link")] });
    expect(read("out/a")).toBe("2");
  });

  test("more than the disk takes", () => {
    writeFileSync(at("a"), "before");
    const program = `
      import { writeFiles } from ${JSON.stringify(fileURLToPath(new URL("../../src/files/index.ts", import.meta.url)))};
      const content = () => Buffer.alloc(100_000, 65);
      await writeFiles([{ file: process.argv[1], content }]).catch((error) => console.log(error.message));`;
    const node = [process.execPath, "--input-type=module", "-e", program, at("a")];
    // The shell's limit stands for a full disk: the system refuses in the middle of the writing.
    const said = execFileSync("bash", ["-c", 'ulimit -f 8; exec "$@"', "bash", ...node], {
      encoding: "utf8",
    });
    expect(said).toBe("it would be larger than files may be here\n");
    expect([read("a"), readdirSync(folder)]).toEqual(["before", ["a"]]);
    if (process.getuid?.() !== 0) return;
    mkdirSync(at("disk"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", at("disk")]);
    try {
      writeFileSync(at("disk", "a"), "before");
      const full = [...node.slice(0, -1), at("disk", "a")];
      expect(execFileSync(full[0]!, full.slice(1), { encoding: "utf8" })).toBe("the disk is full\n");
      expect([read("disk/a"), readdirSync(at("disk"))]).toEqual(["before", ["a"]]);
    } finally {
      execFileSync("umount", [at("disk")]);
    }
  });
});

describe("several files", () => {
  test("are written all, or none", async () => {
    for (const name of ["a", "b", "c"]) writeFileSync(at(name), "1");
    chmodSync(at("c"), 0o444);
    const all = ["a", "new", "b", "c"].map((name) => ({ file: at(name), content: set("2") }));
    expect(await problemOf(writeFiles(all))).toBe("it is read-only");
    expect([read("a"), read("b"), read("c"), existsSync(at("new"))]).toEqual(["1", "1", "1", false]);
    await writeFiles(all.slice(0, 3));
    expect([read("a"), read("b"), read("new")]).toEqual(["2", "2", "2"]);
    expect(leftovers()).toEqual([]);
  });

  test("go back when the last one cannot be replaced", async () => {
    writeFileSync(at("a"), "1");
    chmodSync(at("a"), 0o640);
    writeFileSync(at("z"), "1");
    const spoil = {
      file: at("z"),
      content: () => {
        writeFileSync(at("z"), "theirs");
        return Buffer.from("mine");
      },
    };
    const changes = [{ file: at("a"), content: set("2") }, { file: at("new"), content: set("2") }, spoil];
    expect(await problemOf(writeFiles(changes))).toBe("it changed meanwhile");
    expect([read("a"), read("z"), existsSync(at("new"))]).toEqual(["1", "theirs", false]);
    expect(statSync(at("a")).mode & 0o7777).toBe(0o640);
    expect(leftovers()).toEqual([]);
  });

  test("that are one file are refused", async () => {
    writeFileSync(at("a"), "1");
    symlinkSync("a", at("b"));
    const twice = ["a", "b"].map((name) => ({ file: at(name), content: add("2") }));
    expect(await problemOf(writeFiles(twice))).toBe("it has two names here");
    expect(read("a")).toBe("1");
  });

  test("at once: each change sees the one before it, whatever the names and the order", async () => {
    for (const name of ["a", "b"]) writeFileSync(at(name), "");
    symlinkSync("a", at("link"));
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => {
        const names = n % 3 === 0 ? ["a", "b"] : n % 3 === 1 ? ["b", "link"] : ["link"];
        return writeFiles(names.map((name) => ({ file: at(name), content: add(`${n} `) })));
      }),
    );
    const seen = (name: string) =>
      read(name)
        .trim()
        .split(" ")
        .map(Number)
        .sort((x, y) => x - y);
    expect(seen("a")).toEqual(Array.from({ length: 30 }, (_, n) => n));
    expect(seen("b")).toEqual(Array.from({ length: 30 }, (_, n) => n).filter((n) => n % 3 !== 2));
    expect(leftovers()).toEqual([]);
  });
});

describe("reading", () => {
  test("takes regular files up to a size, and waits for nothing", async () => {
    writeFileSync(at("a"), "text");
    expect((await readBytes(at("a"), 4)).toString()).toBe("text");
    expect(await problemOf(readBytes(at("a"), 3))).toBe("it is larger than 0 MB");
    execFileSync("mkfifo", [at("fifo")]);
    for (const name of [at("fifo"), "/dev/zero", "/dev/tty"])
      expect(await problemOf(readBytes(name)), name).toMatch(/^it is not a regular file$|^no such file/);
    expect(await problemOf(readBytes(folder))).toBe("it is a folder");
    expect(await problemOf(readBytes(at("none")))).toBe("no such file or folder");
    writeFileSync(at("huge"), "");
    truncateSync(at("huge"), 2 ** 31);
    expect(await problemOf(readBytes(at("huge")))).toBe("it is larger than 64 MB");
  });
});
