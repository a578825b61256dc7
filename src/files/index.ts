export { isInside, realRoots } from "./fence.ts";
export { MOST_BYTES, readBytes, readText } from "./read.ts";
export { FileRefused } from "./refused.ts";
export { decodeExactly, encodeExactly, type FileText } from "./text.ts";
export { type FileChange, FileNotWritten, writeFiles } from "./write.ts";
