/** The words after the program's own name; the same on both runtimes. */
export const words: readonly string[] = process.argv.slice(2);
