/** This library's version; the release script and a test keep it equal to package.json. */
export const version = "0.1.0";
