import { replaceFile } from "../core/careful-write.ts";
import { describeError, Refusal } from "../core/errors.ts";
import { ExitCode } from "../core/exit-codes.ts";
import { type LockSystem, LockTimeout, openLocked } from "../core/locked-file.ts";
import { emptySidecar, mostSidecarBytes, readSidecar } from "./sidecar.ts";

/**
 * Adds entries at the end of a sidecar, which is made when it is not there. The file is replaced as a whole, under its
 * lock: a reader sees the old one or the new one. Returns how many entries it has now. Throws a `Refusal` and changes
 * nothing when the file that is there is no sidecar, or cannot be written.
 */
export async function addToSidecar(
  path: string,
  added: readonly object[],
  system: LockSystem,
): Promise<number> {
  const { wasThere, file } = await openSidecar(path, system);
  try {
    const entries = [...(readSidecar(path, system.files) ?? []), ...added];
    const text = `${JSON.stringify({ ...emptySidecar, errors: entries }, null, 2)}\n`;
    if (text.length > mostSidecarBytes)
      throw unwritten(path, `it would have more than ${mostSidecarBytes} bytes`);
    if (added.length > 0 || file.status().size === 0) replaceFile(path, text, system.files);
    return entries.length;
  } catch (error) {
    // Only the empty file that the lock was taken on; a writer that waits for it finds that out.
    if (!wasThere && file.status().size === 0) system.files.remove(path);
    throw error;
  } finally {
    file.close();
  }
}

async function openSidecar(path: string, system: LockSystem) {
  try {
    const wasThere = system.files.linkStatus(path) !== null;
    return { wasThere, file: await openLocked(path, system) };
  } catch (error) {
    throw error instanceof Refusal ? error : unwritten(path, error);
  }
}

function unwritten(path: string, error: unknown): Refusal {
  const reason = typeof error === "string" ? error : describeError(error);
  const code = error instanceof LockTimeout ? ExitCode.tryAgain : ExitCode.notWritten;
  return new Refusal(`Cannot write sidecar "${path}": ${reason}`, code);
}
