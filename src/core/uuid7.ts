/** A UUIDv7 (RFC 9562): 48 bits of the given time in milliseconds, then random bits. Sorts by time as text. */
export function uuid7(now: number): string {
  const time = now.toString(16).padStart(12, "0");
  // A version 4 has the same variant and as much randomness behind its version digit.
  const random = crypto.randomUUID().slice(15);
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${random}`;
}
