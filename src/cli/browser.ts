/**
 * Opens a browser on an address that holds a secret. Everybody on a machine sees the arguments of its processes, so the
 * browser is given a file that only this user can read, and that leads on to the address.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A browser that has not asked by then will not. */
const PATIENCE = 60_000;

export interface Opening {
  /** Removes the file, if it is still there. */
  forget(): Promise<void>;
}

/**
 * @param seen when the page has been asked for: then the file has done its work
 * @param complain is told when there is no browser
 */
export async function openInBrowser(
  url: string,
  seen: Promise<void>,
  complain: (message: string) => void,
): Promise<Opening> {
  // A new folder of mode 0700.
  const folder = await mkdtemp(path.join(tmpdir(), "suptree-open-"));
  const forget = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const file = path.join(folder, "open.html");
  try {
    await writeFile(file, redirect(url), { mode: 0o600, flag: "wx" });
  } catch (error) {
    await forget();
    complain(`no browser was opened: ${error instanceof Error ? error.message : String(error)}`);
    return { forget };
  }
  setTimeout(() => void forget(), PATIENCE).unref();
  void seen.then(forget);
  start(file, () => complain("no browser could be opened; open the address yourself"));
  return { forget };
}

function start(file: string, failed: () => void): void {
  const [command, args]: [string, string[]] =
    process.platform === "darwin"
      ? ["open", [file]]
      : process.platform === "win32"
        ? ["cmd", ["/c", "start", "", file.replaceAll("&", "^&")]]
        : ["xdg-open", [file]];
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.once("error", failed);
  child.once("exit", (code) => {
    if (code !== 0 && code !== null) failed();
  });
  child.unref();
}

/** `url` is the server's own: it holds no character that means something in HTML. */
const redirect = (url: string): string => `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>Suptree</title>
<meta http-equiv="refresh" content="0; url=${url}">
</html>
`;
