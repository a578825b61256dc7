/** Of this library: the manifest's, as a test says. */
export const VERSION = "0.1.0";
