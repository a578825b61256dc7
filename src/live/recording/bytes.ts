/** Where the bytes of a recording come from: a file that is read in parts, or bytes that are there already. */
import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import { LiveError } from "../session.ts";

export interface ByteSource {
  readonly size: number;
  /** Fewer where it ends before. @throws LiveError */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export function bytesIn(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => {},
  };
}

/** A regular file; a FIFO or a device is not waited for. @throws LiveError with what is wrong with it */
export async function openFile(path: string): Promise<ByteSource> {
  const refuse = (error: unknown): never => {
    const { code } = error as { code?: string };
    throw new LiveError(
      code === "ENOENT" ? "there is no such file" : `it cannot be read (${code ?? String(error)})`,
    );
  };
  // Asked before it is opened, too: opening alone does something to some devices.
  if (!(await stat(path).catch(refuse)).isFile()) throw new LiveError("it is no regular file");
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(refuse);
  const { size } = await handle.stat();
  return {
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await handle
          .read(bytes, done, bytes.length - done, offset + done)
          .catch(refuse);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    },
    close: () => handle.close(),
  };
}
