import { describeError, Refusal, UsageError } from "../core/errors.ts";
import { ExitCode } from "../core/exit-codes.ts";
import type { Files } from "../system/system.ts";

/** No agent reads that much. */
const mostBytes = 64 * 1024 * 1024;

/** The text of a prompt: a file, a pipe, or our stdin for `-`. Bytes that are not UTF-8 become U+FFFD. */
export async function readPrompt(path: string, files: Pick<Files, "chunks">): Promise<string> {
  const prompt = path === "-" ? "the prompt on stdin" : `the prompt "${path}"`;
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for await (const chunk of files.chunks(path)) {
      bytes += chunk.length;
      if (bytes > mostBytes)
        throw new Refusal(`Cannot use ${prompt}: it is larger than 64 MiB`, ExitCode.dataRefused);
      text += decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new UsageError(`Cannot read ${prompt}: ${describeError(error)}`);
  }
  return text + decoder.decode();
}
