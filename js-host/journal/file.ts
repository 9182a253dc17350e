/** A journal of files in a data directory (docs/formats/journal.md, "Files in a data directory"). */

import { close, constants, fdatasync, open as openFile, write } from 'node:fs';
import { createReadStream, fstatSync, ftruncateSync, statSync } from 'node:fs';
import { mkdir, open, readdir, rename, stat, truncate, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Position } from '../engine/engine.js';
import { isSamePosition, JournalError, NoRoomError } from './journal.js';
import type { Append, Journal, JournalStream } from './journal.js';
import { DirectoryLock } from './lock.js';
import type { LockOptions } from './lock.js';

export interface FileJournalOptions {
  directory: string;
  /** A segment that has grown beyond this is closed and a new one begun. Default 64 MiB. */
  segmentBytes?: number;
  lock?: LockOptions;
}

const defaultSegmentBytes = 64 * 1024 * 1024;
const openDescriptor = promisify(openFile);
const closeDescriptor = promisify(close);
const syncDescriptor = promisify(fdatasync);
/** A write that returns when it is durable, where the system has it: one trip to the disk for both. */
const writeThrough = (constants as { O_DSYNC?: number }).O_DSYNC;
const segmentName = /^journal-(\d{16,})\.wbj$/;
const snapshotName = /^snapshot-(\d{16,})\.wbs$/;

interface StoredFile {
  name: string;
  sequence: bigint;
}

/** The segment that is appended to. */
interface OpenSegment {
  file: string;
  descriptor: number;
  inode: number;
}

export class FileJournal implements Journal {
  private segment: OpenSegment | undefined;
  private segmentSize = 0; // of the newest segment
  private end: Position | undefined; // of the newest frame that this process wrote
  replayBytes = 0;

  private constructor(
    private readonly directory: string,
    private readonly segmentBytes: number,
    private readonly lock: DirectoryLock,
  ) {}

  /** Makes the directory if it is missing and takes its lock. */
  static async open(options: FileJournalOptions): Promise<FileJournal> {
    const { directory } = options;
    try {
      await makeDirectory(directory);
      const lock = await DirectoryLock.take(directory, options.lock);
      return new FileJournal(directory, options.segmentBytes ?? defaultSegmentBytes, lock);
    } catch (error) {
      throw explained(error, directory);
    }
  }

  async streams(): Promise<JournalStream[]> {
    const names = await readdir(this.directory);
    for (const name of names) {
      if (name.endsWith('.tmp')) await unlink(path.join(this.directory, name)); // a snapshot cut short
    }
    const snapshot = sorted(names, snapshotName).at(-1);
    let segments = sorted(names, segmentName);
    if (snapshot) segments = segments.slice(this.firstNeeded(segments, snapshot.sequence));
    this.replayBytes = 0;
    for (const { name } of segments) {
      this.segmentSize = (await stat(path.join(this.directory, name))).size;
      this.replayBytes += this.segmentSize;
    }
    return [...(snapshot ? [snapshot] : []), ...segments].map((stored) => {
      const name = path.join(this.directory, stored.name);
      return { name, chunks: createReadStream(name, { highWaterMark: 1 << 20 }) };
    });
  }

  async cutTail(validBytes: number): Promise<void> {
    const newest = sorted(await readdir(this.directory), segmentName).at(-1);
    if (!newest) return;
    const file = path.join(this.directory, newest.name);
    if (!this.lock.isHeld() || (await stat(file)).size !== this.segmentSize) throw this.disturbed();
    if (validBytes === 0) {
      await unlink(file);
    } else {
      await truncate(file, validBytes);
      this.segmentSize = validBytes;
      const handle = await open(file, 'r+');
      await handle.sync();
      await handle.close();
    }
    await this.syncDirectory();
  }

  async append({ frame, after, end, segmentHeader }: Append): Promise<boolean> {
    if (this.end && !isSamePosition(this.end, after)) return false;
    try {
      this.segment ??= await this.openSegment(after, segmentHeader);
      this.checkUndisturbed(this.segment);
      await this.writeFrame(this.segment, frame);
      this.segmentSize += frame.length;
      this.checkUndisturbed(this.segment);
      this.end = end;
      this.replayBytes += frame.length;
      if (this.segmentSize >= this.segmentBytes) await this.closeSegment();
      return true;
    } catch (error) {
      throw explained(error, this.directory);
    }
  }

  /** Throws if others have taken the directory over, written to the segment or put it away. */
  private checkUndisturbed({ file, inode }: OpenSegment): void {
    const found = statSync(file, { throwIfNoEntry: false });
    if (this.lock.isHeld() && found?.ino === inode && found.size === this.segmentSize) return;
    throw this.disturbed();
  }

  private disturbed(): JournalError {
    return new JournalError(
      `The data directory ${this.directory} was taken over or changed by another process. ` +
        'What it holds now is read again; let one process alone use it.',
    );
  }

  /** What does not fit is taken back, so that the journal is as it was. */
  private async writeFrame({ descriptor }: OpenSegment, frame: Uint8Array): Promise<void> {
    try {
      await writeDurably(descriptor, frame);
    } catch (error) {
      if (!isNoRoom(error)) throw error;
      const written = fstatSync(descriptor).size - this.segmentSize;
      const isOurs = this.lock.isHeld() && written >= 0 && written <= frame.length;
      if (!isOurs) throw this.disturbed();
      if (written > 0) ftruncateSync(descriptor, this.segmentSize);
      throw this.noRoom(error);
    }
  }

  private noRoom(error: unknown): NoRoomError {
    return new NoRoomError(explained(error, this.directory).message, { cause: error });
  }

  async writeSnapshot(position: Position, slices: AsyncIterable<Uint8Array>): Promise<void> {
    const name = `snapshot-${padded(position.sequence)}.wbs`;
    const draft = path.join(this.directory, `${name}.tmp`);
    try {
      const handle = await open(draft, 'w');
      try {
        for await (const slice of slices) await writeAll(handle, slice);
        await handle.sync();
      } finally {
        await handle.close();
      }
      if (!this.lock.isHeld()) throw this.disturbed();
      await rename(draft, path.join(this.directory, name));
      await this.syncDirectory();
      await this.removeCovered(position.sequence, name);
    } catch (error) {
      await unlink(draft).catch(() => undefined); // give the room back
      throw explained(error, this.directory);
    }
  }

  async close(): Promise<void> {
    await this.closeSegment();
    await this.lock.release();
  }

  /** Goes on in the newest segment, or begins one after `after`. */
  private async openSegment(after: Position, segmentHeader: () => Uint8Array): Promise<OpenSegment> {
    if (!this.lock.isHeld()) throw this.disturbed();
    const newest = sorted(await readdir(this.directory), segmentName).at(-1);
    if (!this.end && newest) {
      const hasRoom = this.segmentSize < this.segmentBytes;
      if (hasRoom) return openToAppend(path.join(this.directory, newest.name), 0);
    }
    const file = path.join(this.directory, `journal-${padded(after.sequence + 1n)}.wbj`);
    let segment: OpenSegment | undefined;
    try {
      segment = await openToAppend(file, constants.O_CREAT | constants.O_EXCL);
      const header = segmentHeader();
      await writeDurably(segment.descriptor, header);
      await this.syncDirectory();
      this.segmentSize = header.length;
      this.replayBytes += header.length;
      return segment;
    } catch (error) {
      if (segment) {
        await closeDescriptor(segment.descriptor);
        await unlink(file);
      }
      throw isNoRoom(error) ? this.noRoom(error) : error;
    }
  }

  private async closeSegment(): Promise<void> {
    const segment = this.segment;
    this.segment = undefined;
    if (segment) await closeDescriptor(segment.descriptor);
  }

  /** Index of the segment that holds the frame after `covered`. */
  private firstNeeded(segments: StoredFile[], covered: bigint): number {
    const after = segments.findIndex(({ sequence }) => sequence > covered + 1n);
    return after < 0 ? Math.max(0, segments.length - 1) : Math.max(0, after - 1);
  }

  /** Segments whose frames are all in the snapshot go, and so do older snapshots. */
  private async removeCovered(covered: bigint, newest: string): Promise<void> {
    const names = await readdir(this.directory);
    const segments = sorted(names, segmentName);
    const gone = [
      ...segments.slice(0, this.firstNeeded(segments, covered)),
      ...sorted(names, snapshotName).filter(({ name }) => name !== newest),
    ];
    for (const { name } of gone) await unlink(path.join(this.directory, name));
    await this.syncDirectory();
    this.replayBytes = 0;
    for (const { name } of sorted(await readdir(this.directory), segmentName)) {
      this.replayBytes += (await stat(path.join(this.directory, name))).size;
    }
  }

  /** File names are durable only when their directory is. */
  private async syncDirectory(): Promise<void> {
    const handle = await open(this.directory, 'r');
    await handle.sync();
    await handle.close();
  }
}

function padded(sequence: bigint): string {
  return sequence.toString().padStart(16, '0');
}

function sorted(names: string[], pattern: RegExp): StoredFile[] {
  return names
    .flatMap((name) => {
      const match = pattern.exec(name);
      return match?.[1] === undefined ? [] : [{ name, sequence: BigInt(match[1]) }];
    })
    .sort((a, b) => (a.sequence < b.sequence ? -1 : 1));
}

async function openToAppend(file: string, flags: number): Promise<OpenSegment> {
  const descriptor = await openDescriptor(file, constants.O_WRONLY | constants.O_APPEND | (writeThrough ?? 0) | flags);
  return { file, descriptor, inode: fstatSync(descriptor).ino };
}

/** Writes all of `bytes` at the end and makes them durable. A short write is no error to the system: go on. */
async function writeDurably(descriptor: number, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += await writeSome(descriptor, bytes, done);
  if (writeThrough === undefined) await syncDescriptor(descriptor);
}

function writeSome(descriptor: number, bytes: Uint8Array, from: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, from, bytes.length - from, null, (error, written) => {
      if (error) reject(error);
      else resolve(written);
    });
  });
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}

/** Whether nothing is wrong but that there is no room, or no right to write. */
function isNoRoom(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && ['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS'].includes(code);
}

/** Makes a directory and those above it, one by one: a failure is told of the one that could not be made. */
async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(directory)).isDirectory()) return;
    if (code !== 'ENOENT' || path.dirname(directory) === directory) throw error;
    await makeDirectory(path.dirname(directory));
    await mkdir(directory);
  }
}

const reasons: Record<string, string> = {
  EACCES: 'may not be written to. Give this user the right to, or choose another directory with --data.',
  EPERM: 'may not be written to. Give this user the right to, or choose another directory with --data.',
  EROFS: 'is on a read-only file system. Choose another directory with --data.',
  ENOSPC: 'is on a full disk. Make room; nothing that was acknowledged is lost.',
  EFBIG: 'has a file that may not grow further (ulimit -f). Raise the limit; nothing that was acknowledged is lost.',
  EDQUOT: 'is over its quota. Make room; nothing that was acknowledged is lost.',
  ENOENT: 'cannot be made here. Choose another one with --data.',
  ENOTDIR: 'is not a directory. Choose another one with --data.',
  EEXIST: 'is not a directory, or holds files of another process. Choose another one with --data.',
  EIO: 'could not be read or written: the disk reports an error. Check it before you start again.',
};

function explained(error: unknown, directory: string): Error {
  if (error instanceof JournalError || error instanceof NoRoomError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new JournalError(`The data directory ${directory} ${reasons[code ?? ''] ?? `cannot be used: ${message}`}`, {
    cause: error,
  });
}
