/** Once for all end-to-end tests: the package, the editor and the browser; their places go to the tests. */
import { mkdir } from "node:fs/promises";
import type { TestProject } from "vitest/node";
import { packageExtension, vsix } from "../../../scripts/package.ts";
import { provisionBrowser } from "../../../scripts/provision-browser.ts";
import { type ProvisionedVSCode, provisionVSCode } from "../../../scripts/provision-vscode.ts";
import { artifacts } from "../../../scripts/util/paths.ts";

declare module "vitest" {
  export interface ProvidedContext {
    vscode: ProvisionedVSCode;
    browser: { executable: string; args: string[]; from: string };
    vsix: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  await mkdir(artifacts, { recursive: true });
  const say = (line: string): void => console.log(line);
  const vscode = await provisionVSCode(say);
  const browser = await provisionBrowser(say);
  say(`editor: ${vscode.from}; browser: ${browser.from}`);
  if (process.env.SUPTREE_E2E_NO_PACKAGE !== "1") await packageExtension();
  project.provide("vscode", vscode);
  project.provide("browser", browser);
  project.provide("vsix", vsix);
}
