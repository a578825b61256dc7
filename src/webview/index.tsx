/** The page's entry: finds its host and draws. */
import "@vscode/codicons/dist/codicon.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/frame.css";
import "./styles/contrast.css";
import { render } from "preact";
import { APP_ID } from "../protocol/index.ts";
import { App } from "./App.tsx";
import { boot } from "./state/boot.ts";
import { printTexts } from "./state/printed.ts";

const place = document.getElementById(APP_ID);
if (place !== null) {
  printTexts();
  boot();
  place.replaceChildren();
  render(<App />, place);
}
