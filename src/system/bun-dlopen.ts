import { dlopen } from "bun:ffi";
import { libcNames } from "./libc.ts";

type Definitions = Parameters<typeof dlopen>[1];

/** Functions of the C library by name, or null where it is not found or lacks one of them. Each call costs about 0.2 ms. */
export function loadFrom<const Functions extends Definitions>(
  functions: Functions,
): ReturnType<typeof dlopen<Functions>>["symbols"] | null {
  for (const name of libcNames(process.platform, process.arch)) {
    try {
      return dlopen(name, functions).symbols;
    } catch {
      // Another C library, or none: the next name, or nothing.
    }
  }
  return null;
}
