/** Bytes that are put together to be handed on at once. */
export class OutputBytes {
  #bytes = new Uint8Array(0);
  #length = 0;

  append(bytes: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    // A call for a few bytes costs more than the bytes.
    if (to - from > 32) this.#bytes.set(bytes.subarray(from, to), this.#length);
    else
      for (let index = from; index < to; index++)
        this.#bytes[this.#length + index - from] = bytes[index] as number;
    this.#length += to - from;
  }

  /** ASCII only. */
  appendText(text: string): void {
    this.#reserve(text.length);
    for (let index = 0; index < text.length; index++)
      this.#bytes[this.#length + index] = text.charCodeAt(index);
    this.#length += text.length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Everything so far, and begins anew. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #reserve(length: number): void {
    if (this.#length + length <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
