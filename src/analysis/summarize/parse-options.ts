import { ts } from "ts-morph";

const JAVASCRIPT = /\.[cm]?jsx?$/;

/** How a file of this name is parsed, whole or in part. */
export function parseOptions(file: string): ts.CreateSourceFileOptions {
  return {
    languageVersion: ts.ScriptTarget.ESNext,
    // JSDoc carries types in JavaScript only; elsewhere reading it would cost a tenth of the time.
    jsDocParsingMode: JAVASCRIPT.test(file) ? ts.JSDocParsingMode.ParseAll : ts.JSDocParsingMode.ParseNone,
  };
}
