const unitBytes: Readonly<Record<string, number>> = {
  "": 1,
  k: 1000,
  m: 1e6,
  g: 1e9,
  ki: 1024,
  mi: 1 << 20,
  gi: 1 << 30,
};

/** A size as people write it, in bytes: `1000000`, `500K`, `20MB`, `1GiB`. Null for anything else. */
export function parseSize(text: string): number | null {
  const parts = /^(\d+(?:\.\d+)?) ?([kmg]?i?)b?$/i.exec(text);
  const unit = unitBytes[parts?.[2]?.toLowerCase() ?? "?"];
  const bytes = Math.round(Number(parts?.[1]) * (unit ?? Number.NaN));
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** A size for people: `12.3 MB`. */
export function describeSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1000).toFixed(1)} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
