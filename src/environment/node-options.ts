/** Flags of Node.js about memory, DNS, warnings and source maps: none of them loads code. */
const harmless = new Set([
  ...["--max-old-space-size", "--max-old-space-size-percentage", "--max-semi-space-size"],
  ...["--dns-result-order", "--network-family-autoselection", "--no-network-family-autoselection"],
  ...["--no-warnings", "--disable-warning", "--trace-warnings", "--no-deprecation", "--trace-deprecation"],
  ...["--pending-deprecation", "--throw-deprecation", "--enable-source-maps"],
]);

/** NODE_OPTIONS without the flags that could load code, and how many words that took away. */
export function reduceNodeOptions(value: string): { readonly kept: string; readonly removed: number } {
  const words = value.split(/\s+/).filter((word) => word !== "");
  const kept = words.filter(isHarmless);
  return { kept: kept.join(" "), removed: words.length - kept.length };
}

/** A value must be joined with `=` and unquoted, so that one word cannot be read as two. Underscores are hyphens to Node.js. */
function isHarmless(word: string): boolean {
  const name = /^(--[a-z_-]+)(=[\w.,:-]+)?$/.exec(word)?.[1];
  return name !== undefined && harmless.has(name.replaceAll("_", "-"));
}
