/** What is shown without the token. */

/** Where the page keeps its token: in the memory of its tab, which other ports and other tabs cannot read. */
export const TOKEN_KEY = "suptree token";

/**
 * A tab that was here before is let in again: reloading the page works, though its address does not hold the token.
 * @param message of the server's own
 */
export const keyPage = (nonce: string, message: string): string => `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Suptree</title>
<p>${message}</p>
<script nonce="${nonce}">
const address = new URL(location.href);
const token = sessionStorage.getItem(${JSON.stringify(TOKEN_KEY)});
sessionStorage.removeItem(${JSON.stringify(TOKEN_KEY)});
if (token !== null && !address.searchParams.has("token")) {
  address.searchParams.set("token", token);
  location.replace(address);
}
</script>
</html>
`;
