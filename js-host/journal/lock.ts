/** One writer per data directory (design, decision 5), without flock, which Node does not have. */

import { randomUUID } from 'node:crypto';
import { fstatSync, statSync } from 'node:fs';
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
  /** The boot and the PID name space in which `pid` means this process; empty where /proc does not tell. */
  space: string;
}

/** What a lock file says: nothing that we know, if a power failure spoilt it or others wrote it. */
interface Found extends Partial<Holder> {
  /** Earlier versions named the boot only, and did not renew their lock. */
  boot?: string;
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

/** When a process of our name space started; undefined if there is none, or only what is left of it. */
async function startOf(pid: number): Promise<string | undefined> {
  let stat: string;
  try {
    stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error; // not known is not dead
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name may hold blanks
  const isDead = fields[0] === 'Z' || fields[0] === 'X';
  return isDead ? undefined : fields[19];
}

async function isRunning({ pid, started }: Found): Promise<boolean> {
  const start = pid === undefined ? undefined : await startOf(pid);
  return start !== undefined && start === started;
}

async function describeSelf(): Promise<Holder> {
  const { pid } = process;
  const self = { pid, host: hostname(), started: '', space: '' };
  try {
    // In a name space that did not mount a /proc of its own, numbers there mean other processes.
    if ((await readlink('/proc/self')) !== String(pid)) return self;
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const space = `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`;
    return { ...self, started: (await startOf(pid)) ?? '', space };
  } catch {
    return self; // no Linux
  }
}

function parse(text: string): Found {
  try {
    return (JSON.parse(text) as Found | null) ?? {};
  } catch {
    return {};
  }
}

/** A lock that was taken. Its file is renewed while the process lives. */
export class DirectoryLock {
  private readonly heartbeat: ReturnType<typeof setInterval>;
  /** Of our file. It stays open, so that no other one gets its number. */
  private readonly inode: { dev: number; ino: number };

  private constructor(
    private readonly file: string,
    private readonly mine: string,
    private readonly handle: FileHandle,
    heartbeatMs: number,
  ) {
    this.inode = fstatSync(handle.fd);
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
    const me = await describeSelf();
    const mine = JSON.stringify({ ...me, token: randomUUID() });
    const draft = `${file}.${randomUUID()}`;
    try {
      await writeFile(draft, mine);
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
      await unlink(draft).catch(() => undefined); // there may be none, and that is told already
    }
    throw new JournalError(`The data directory ${directory} is being opened by another process. Try again.`);
  }

  /** Whether nobody took the lock, or the directory, away: the lock's name still leads to our file. */
  isHeld(): boolean {
    const found = statSync(this.file, { throwIfNoEntry: false });
    return found?.ino === this.inode.ino && found.dev === this.inode.dev;
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
    const isNear = holder.space === undefined || holder.space === me.space;
    const where = isNear ? '' : ` of another container or machine (${holder.host ?? '?'})`;
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

/** A process of our own name space can be looked up; of others only their heartbeat shows. Throws if nothing does. */
async function watch(
  file: string,
  text: string,
  holder: Found,
  me: Holder,
  options: LockOptions,
): Promise<'alive' | 'gone' | 'changed'> {
  if (me.space !== '' && holder.space === me.space) return (await isRunning(holder)) ? 'alive' : 'gone';
  if (holder.space === undefined && holder.boot !== undefined) {
    if (me.space.startsWith(`${holder.boot} `) && (await isRunning(holder))) return 'alive';
    throw new JournalError(
      `${file} was left by process ${holder.pid ?? '?'} of an earlier version, which does not run here. ` +
        'If it does not run in another container or on another machine either, delete the file.',
    );
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
