/** One writer per data directory (design, decision 5), without flock, which Node does not have. */

import { randomUUID } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { link, open, readFile, readlink, rename, stat, unlink, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { JournalError } from './journal.js';

/** Who holds a lock: a process id alone may be used again, and means nothing in another container. */
interface Holder {
  pid: number;
  host: string;
  /** Start time of the process in clock ticks since boot, as Linux tells it. */
  started: string;
  /** The boot and the PID name space in which `pid` means this process; empty where there is no /proc. */
  space: string;
}

export interface LockOptions {
  /** The holder renews its lock this often. Default 2 s. */
  heartbeatMs?: number;
  /** A holder out of sight that did not renew its lock for so long is taken for dead. Default 10 s. */
  staleMs?: number;
  /** Called when it has to be waited for such a holder. */
  onWait?: (message: string) => void;
}

const defaultHeartbeatMs = 2_000;
const defaultStaleMs = 10_000;
const looksPerWait = 20;

async function describe(pid: number): Promise<Holder | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name may hold blanks
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined; // dead, and not yet collected
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const space = `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`;
    return { pid, host: hostname(), started: fields[19] ?? '', space };
  } catch {
    return undefined;
  }
}

function parse(text: string): Partial<Holder> {
  try {
    return JSON.parse(text) as Partial<Holder>;
  } catch {
    return {};
  }
}

/** A lock that was taken. Its file is renewed while the process lives. */
export class DirectoryLock {
  private readonly heartbeat: ReturnType<typeof setInterval>;

  private constructor(
    private readonly file: string,
    private readonly mine: string,
    private readonly handle: FileHandle,
    heartbeatMs: number,
  ) {
    const renew = (): void => {
      const now = new Date();
      this.handle.utimes(now, now).catch(() => undefined); // who cannot renew it loses it, and is told then
    };
    this.heartbeat = setInterval(renew, heartbeatMs);
    this.heartbeat.unref();
  }

  /** Takes the lock, or throws who has it. */
  static async take(directory: string, options: LockOptions = {}): Promise<DirectoryLock> {
    const file = path.join(directory, 'LOCK');
    const me = (await describe(process.pid)) ?? { pid: process.pid, host: hostname(), started: '', space: '' };
    const mine = JSON.stringify({ ...me, token: randomUUID() });
    const draft = `${file}.${randomUUID()}`;
    await writeFile(draft, mine);
    try {
      // A link appears whole or not at all, and only where there is none.
      for (let attempt = 0; attempt < 3; attempt++) {
        const handle = await open(draft, 'r');
        try {
          await link(draft, file);
          return new DirectoryLock(file, mine, handle, options.heartbeatMs ?? defaultHeartbeatMs);
        } catch (error) {
          await handle.close();
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        }
        await removeStale(directory, file, me, options);
      }
    } finally {
      await unlink(draft);
    }
    throw new JournalError(`The data directory ${directory} is being opened by another process. Try again.`);
  }

  /** Whether nobody took the lock away: its file still has a name. */
  isHeld(): boolean {
    return fstatSync(this.handle.fd).nlink > 0;
  }

  async release(): Promise<void> {
    clearInterval(this.heartbeat);
    await this.handle.close();
    if ((await readFile(this.file, 'utf8').catch(() => '')) === this.mine) await unlink(this.file);
  }
}

/** Puts a lock whose holder is gone out of the way; throws if the holder lives. */
async function removeStale(directory: string, file: string, me: Holder, options: LockOptions): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const holder = parse(text);
  const sign = await watch(file, text, holder, me, options);
  if (sign === 'changed') return;
  if (sign === 'alive') {
    const where = holder.space === me.space ? '' : ` of another container or machine (${holder.host ?? '?'})`;
    throw new JournalError(
      `The data directory ${directory} is in use by process ${holder.pid ?? '?'}${where}. ` +
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

/** A process of our own name space can be looked up; of others only their heartbeat shows. */
async function watch(
  file: string,
  text: string,
  holder: Partial<Holder>,
  me: Holder,
  options: LockOptions,
): Promise<'alive' | 'gone' | 'changed'> {
  if (me.space !== '' && holder.space === me.space && holder.pid !== undefined) {
    return (await describe(holder.pid))?.started === holder.started ? 'alive' : 'gone';
  }
  const staleMs = options.staleMs ?? defaultStaleMs;
  options.onWait?.(
    `${file} was left by process ${holder.pid ?? '?'} on ${holder.host ?? 'an unknown host'}, which cannot be ` +
      `seen from here: watching for ${staleMs / 1000} s whether it lives …`,
  );
  const before = await heartbeatOf(file);
  for (let look = 0; look < looksPerWait; look++) {
    await new Promise((resolve) => setTimeout(resolve, staleMs / looksPerWait));
    if ((await readFile(file, 'utf8').catch(() => '')) !== text) return 'changed'; // given back, or taken
    if ((await heartbeatOf(file)) !== before) return 'alive';
  }
  return 'gone';
}

async function heartbeatOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.mtimeMs;
}
