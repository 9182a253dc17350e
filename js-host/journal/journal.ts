/** Where an engine's journal is kept (design, decision 5). Implementations: memory, file. */

import type { Position } from '../engine/engine.js';

/** One stream to replay, in order: a snapshot first if there is one, then segments. */
export interface JournalStream {
  /** Where an operator finds it: of a file, its path. */
  name: string;
  chunks: AsyncIterable<Uint8Array>;
}

/** One frame, and where in the journal it belongs. */
export interface Append {
  frame: Uint8Array;
  /** Where the journal has to end for the frame to follow. */
  after: Position;
  /** Where it ends with the frame. */
  end: Position;
  /** Gives the 32 bytes that open a new segment in front of the frame. */
  segmentHeader: () => Uint8Array;
}

export interface Journal {
  /** The streams that rebuild the state, oldest first. */
  streams(): Promise<JournalStream[]>;

  /** The newest segment keeps only this many bytes: its tail was torn by a crash. */
  cutTail(validBytes: number): Promise<void>;

  /**
   * Appends one frame and makes it durable. False if the journal no longer ends at `after`, because others
   * have appended: nothing was written. Rejects with NoRoomError if the journal is as it was, and with any
   * other error if that is not known: the engine must stop. One append at a time.
   */
  append(append: Append): Promise<boolean>;

  /** Bytes of journal that opening would replay. */
  readonly replayBytes: number;

  /**
   * Writes a snapshot that starts at `position`; it counts, and covered segments go, once it is whole. Rejects
   * if it could not be written; the journal is as it was then.
   */
  writeSnapshot(position: Position, slices: AsyncIterable<Uint8Array>): Promise<void>;

  close(): Promise<void>;
}

export function isSamePosition(a: Position, b: Position): boolean {
  return a.sequence === b.sequence && a.hash === b.hash;
}

/** The frame did not fit, or may not be written: nothing of it is there, and the next one may be appended. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError';
}

/** A journal could not be opened or written: one sentence that says what to do. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}
