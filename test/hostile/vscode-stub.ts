/** As much of the editor's API as labels, tooltips and hovers are made of: plain records of what the editor would be given. */

export class MarkdownString {
  value: string;
  isTrusted: boolean | undefined;
  supportHtml: boolean | undefined;
  supportThemeIcons: boolean;
  constructor(value = "", supportThemeIcons = false) {
    this.value = value;
    this.supportThemeIcons = supportThemeIcons;
  }
  appendMarkdown(value: string): this {
    this.value += value;
    return this;
  }
}

export class TreeItem {
  label: string;
  description?: string;
  accessibilityInformation?: { label: string };
  constructor(label: string) {
    this.label = label;
  }
}

export class ThemeIcon {}
export class ThemeColor {}
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const l10n = {
  t: (message: string, ...values: unknown[]): string =>
    message.replace(/\{(\d+)\}/g, (whole, n: string) => String(values[Number(n)] ?? whole)),
};
