/** Hands a file to the host, which asks where to put it. */
import { ask, post } from "../state/host.ts";

export async function saveText(name: string, mime: string, content: string): Promise<void> {
  report(await ask({ type: "save", name, mime, encoding: "utf8", content }));
}

/** @param content base64 */
export async function saveBinary(name: string, mime: string, content: string): Promise<void> {
  report(await ask({ type: "save", name, mime, encoding: "base64", content }));
}

function report(answer: { ok: boolean; message: string | null }): void {
  if (!answer.ok && answer.message !== null) {
    post({ type: "log", level: "warning", message: answer.message });
  }
}
