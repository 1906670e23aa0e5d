/**
 * Modules of Node that are used now and then. An `import` of them reads every one of their exports, and some of these
 * load half of Node when they are read: `node:fs` its promises and with them workers and the readline of the REPL, a
 * fifth of what importing this library would cost. Taken like this they cost nothing until they are used.
 */
export const node = {
  get crypto(): typeof import("node:crypto") {
    return process.getBuiltinModule("node:crypto");
  },
  get fs(): typeof import("node:fs") {
    return process.getBuiltinModule("node:fs");
  },
  get os(): typeof import("node:os") {
    return process.getBuiltinModule("node:os");
  },
};
