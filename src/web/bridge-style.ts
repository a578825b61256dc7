/** The look of what the bridge itself shows: source excerpts and documentation. */
export const BRIDGE_STYLE = `
dialog.suptree-show{max-width:min(900px,90vw);max-height:80vh;padding:0;border:1px solid var(--vscode-contrastBorder,var(--vscode-editorWidget-border));background:var(--vscode-editorWidget-background);color:var(--vscode-editorWidget-foreground)}
dialog.suptree-show form{display:flex;gap:16px;align-items:center;padding:8px 12px;border-bottom:1px solid var(--vscode-panel-border);position:sticky;top:0;background:inherit}
dialog.suptree-show strong{flex:1;font-weight:600}
dialog.suptree-show a{color:var(--vscode-textLink-foreground)}
dialog.suptree-show button{background:var(--vscode-button-secondaryBackground);color:var(--vscode-button-secondaryForeground);border:1px solid var(--vscode-contrastBorder,transparent);border-radius:2px;padding:2px 10px;font:inherit;cursor:pointer}
dialog.suptree-show button:focus-visible,dialog.suptree-show a:focus-visible{outline:1px solid var(--vscode-focusBorder);outline-offset:2px}
dialog.suptree-show pre{margin:0;padding:8px 0;overflow:auto;font-family:var(--vscode-editor-font-family);font-size:var(--vscode-editor-font-size);white-space:pre-wrap;padding-inline:12px}
dialog.suptree-show .suptree-line{white-space:pre}
dialog.suptree-show .suptree-line[data-marked]{background:var(--vscode-list-inactiveSelectionBackground)}
dialog.suptree-show .suptree-number{display:inline-block;width:4ch;margin-inline-end:2ch;text-align:end;color:var(--vscode-editorLineNumber-foreground);user-select:none}
dialog.suptree-show::backdrop{background:rgba(0,0,0,.4)}
`;
