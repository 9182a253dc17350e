/** One writer per data directory (design, decision 5), without flock, which Node does not have. */

import { randomUUID } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { JournalError } from './journal.js';

/** Who holds a lock: a process id alone may be used again. */
interface Holder {
  pid: number;
  /** Start time of the process in clock ticks since boot, and the boot, as Linux tells them. */
  started: string;
  boot: string;
}

async function describe(pid: number): Promise<Holder | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name may hold blanks
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined; // dead, and not yet collected
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return { pid, started: fields[19] ?? '', boot: boot.trim() };
  } catch {
    return undefined;
  }
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

/** Takes the lock or throws who has it; returns how to give it back. */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const file = path.join(directory, 'LOCK');
  const me = (await describe(process.pid)) ?? { pid: process.pid, started: '', boot: '' };
  const mine = JSON.stringify({ ...me, token: randomUUID() });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, mine);
  try {
    // A link appears whole or not at all, and only where there is none.
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        await link(draft, file);
        return async () => {
          if ((await readFile(file, 'utf8').catch(() => '')) === mine) await unlink(file);
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      await removeStale(directory, file);
    }
  } finally {
    await unlink(draft);
  }
  throw new JournalError(`The data directory ${directory} is being opened by another process. Try again.`);
}

/** Puts a lock whose process is gone out of the way; throws if the process lives. */
async function removeStale(directory: string, file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const holder = parse(text);
  const now = holder && (await describe(holder.pid));
  if (holder && now && now.started === holder.started && now.boot === holder.boot) {
    throw new JournalError(
      `The data directory ${directory} is in use by process ${holder.pid}. ` +
        'Stop it, or choose another directory with --data.',
    );
  }
  // Of two that take over, one rename finds the stale lock; the other may find a new one and puts it back.
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== text) await link(aside, file).catch(() => undefined);
  await unlink(aside);
}
