import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentSecurityPolicy, renderPage, WORKERS_ID } from "../../src/protocol/page.ts";
import { frameDocument } from "../../src/protocol/sandbox-frame.ts";

const options = {
  nonce: "N0nce",
  cspSource: "'self'",
  scripts: ["/webview.js"],
  styles: ["/webview.css"],
  workers: { sandbox: "", guard: "" },
  title: "Run",
};

/** What a browser would find in the block: the text up to the first end tag. */
function block(html: string): string {
  const start = html.indexOf(">", html.indexOf(`id="${WORKERS_ID}"`)) + 1;
  return html.slice(start, html.indexOf("</script", start));
}

describe("the page", () => {
  it("carries the sandbox's text whole, whatever is in it", () => {
    const nasty = fc.stringMatching(/^(<\/script>|<!--|<script|\\|"|'|`|\$\{|<|é|\n|a){0,12}$/);
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: "binary" })), (sandbox) => {
        const workers = { sandbox, guard: sandbox };
        const html = renderPage({ ...options, workers });
        expect(JSON.parse(block(html))).toEqual(workers);
      }),
    );
  });

  it("escapes everything that a workspace may have named", () => {
    const evil = `"><script>alert(1)</script>'&`;
    const html = renderPage({
      ...options,
      title: evil,
      loading: evil,
      data: { folder: evil },
      bodyClass: evil,
    });
    expect(html).not.toContain("<script>alert");
    expect(html.match(/<script/g)).toHaveLength(2);
  });

  it("allows nothing that is not named", () => {
    const policy = contentSecurityPolicy(options);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(policy).toContain("connect-src 'none'");
    const scripts = policy.split("; ").find((part) => part.startsWith("script-src"));
    expect(scripts).toBe("script-src 'nonce-N0nce'");
  });

  it("has a frame whose only script carries the nonce, and that a nonce cannot break out of", () => {
    expect(frameDocument("N0nce")).toContain('<script nonce="N0nce">');
    expect(frameDocument('"><script>')).not.toContain('"><script>');
  });
});
