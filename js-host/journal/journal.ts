/** Where an engine's journal is kept (design, decision 5). Implementations: memory, file. */

import type { Position } from '../engine/engine.js';

/** One stream to replay, in order: a snapshot first if there is one, then segments. */
export interface JournalStream {
  name: string;
  chunks: AsyncIterable<Uint8Array>;
}

export interface Journal {
  /** The streams that rebuild the state, oldest first. */
  streams(): Promise<JournalStream[]>;

  /** The newest segment keeps only this many bytes: its tail was torn by a crash. */
  cutTail(validBytes: number): Promise<void>;

  /**
   * Appends one frame if the journal still ends at `expected`, and makes it durable. False if others
   * have appended: nothing was written. Rejects if it could not be written: the engine must stop.
   * `segmentHeader` gives the 32 bytes that open a new segment at `expected`.
   */
  append(frame: Uint8Array, expected: Position, segmentHeader: () => Uint8Array): Promise<boolean>;

  /** Bytes of journal that opening would replay. */
  readonly replayBytes: number;

  /** Writes a snapshot that starts at `position`; it counts, and covered segments go, once it is whole. */
  writeSnapshot(position: Position, slices: AsyncIterable<Uint8Array>): Promise<void>;

  close(): Promise<void>;
}

/** A journal could not be opened or written: one sentence that says what to do. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}
