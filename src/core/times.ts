/** How often, in words: `once`, `twice`, `3 times`. */
export function times(count: number): string {
  if (count === 1) return "once";
  return count === 2 ? "twice" : `${count} times`;
}
