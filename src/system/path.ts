/** Pure path arithmetic, the same on both runtimes, so that no other room names `node:path`. */
export { basename, dirname, isAbsolute, join, resolve } from "node:path";
