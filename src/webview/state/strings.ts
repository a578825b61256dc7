/** Translations: the host sends them by their English text. */
import { signal } from "@preact/signals";

export const strings = signal<Readonly<Record<string, string>>>({});

/** The translation of `text`, with `{0}`, `{1}` replaced. */
export function t(text: string, ...values: readonly (string | number)[]): string {
  const translated = strings.value[text] ?? text;
  return values.length === 0
    ? translated
    : translated.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}
