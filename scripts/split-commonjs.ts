/**
 * CommonJS in parts: what is imported by `import()` is a file of its own, read when it is asked for. esbuild splits ES modules only, and
 * VS Code 1.96 loads CommonJS only: so it is split as ES modules, and each part is turned into CommonJS before it is written.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { type OutputFile, type Plugin, transform } from "esbuild";

export const splitCommonJs: Plugin = {
  name: "split-commonjs",
  setup(build) {
    const { sourcemap = false, write = true, minify = false, target = "esnext" } = build.initialOptions;
    Object.assign(build.initialOptions, {
      format: "esm",
      outExtension: { ".js": ".cjs" },
      // Within the text, where the second step finds it.
      sourcemap: sourcemap === false ? false : "inline",
      write: false,
    });

    async function toCommonJs({ path, text }: OutputFile): Promise<Record<string, string>> {
      const { code, map } = await transform(text, {
        format: "cjs",
        minify,
        target,
        sourcemap: sourcemap === false ? false : "external",
        sourcefile: basename(path),
        legalComments: "none",
        supported: { "dynamic-import": false },
      });
      if (sourcemap === false) return { [path]: code };
      return { [path]: `${code}//# sourceMappingURL=${basename(path)}.map\n`, [`${path}.map`]: map };
    }

    build.onEnd(async ({ outputFiles = [] }) => {
      const files = await Promise.all(outputFiles.map(toCommonJs));
      if (!write) return;
      for (const [path, text] of files.flatMap((each) => Object.entries(each))) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      }
    });
  },
};
