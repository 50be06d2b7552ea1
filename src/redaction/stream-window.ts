/** So much before what is held back stays: whoever looks around a place looks no further back. */
const context = 64;

/** The part of a stream that is still needed, in one buffer. */
export class StreamWindow {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Behind the last byte that is there. */
  end = 0;
  /** The place of the buffer's first byte in the stream. */
  base = 0;

  /** Appends bytes; those before `neededFrom`, a place, may go. Every index becomes less by the answer. */
  append(chunk: Uint8Array, neededFrom: number): number {
    const gone = this.end + chunk.length > this.bytes.length ? this.#makeRoom(chunk.length, neededFrom) : 0;
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
    return gone;
  }

  /** Always twice as much as is needed, so that what stays is seldom moved. */
  #makeRoom(length: number, neededFrom: number): number {
    // An index must stay a small integer, also behind 2 GB: loops over doubles take twice as long.
    const first = Math.max(0, (neededFrom - this.base - context) | 0);
    const needed = this.end - first + length;
    const bytes = 2 * needed > this.bytes.length ? new Uint8Array(2 * needed) : this.bytes;
    bytes.set(this.bytes.subarray(first, this.end));
    this.bytes = bytes;
    this.base += first;
    this.end -= first;
    return first;
  }
}
