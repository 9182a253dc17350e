/** A journal that lives as long as the process: for tests and sandboxes. */

import type { Position } from '../engine/engine.js';
import type { Journal, JournalStream } from './journal.js';

export class MemoryJournal implements Journal {
  private snapshot: Uint8Array[] = [];
  private segment: Uint8Array[] = [];
  private sequence = 0n;

  streams(): Promise<JournalStream[]> {
    const streams = [
      { name: 'snapshot', parts: this.snapshot },
      { name: 'segment', parts: this.segment },
    ];
    return Promise.resolve(
      streams.filter(({ parts }) => parts.length > 0).map(({ name, parts }) => ({ name, chunks: each([...parts]) })),
    );
  }

  cutTail(validBytes: number): Promise<void> {
    const whole = Buffer.concat(this.segment).subarray(0, validBytes);
    this.segment = validBytes === 0 ? [] : [whole];
    return Promise.resolve();
  }

  append(frame: Uint8Array, expected: Position, segmentHeader: () => Uint8Array): Promise<boolean> {
    if (this.segment.length > 0 && expected.sequence < this.sequence) return Promise.resolve(false);
    if (this.segment.length === 0) this.segment.push(segmentHeader());
    this.segment.push(frame);
    this.sequence = expected.sequence + 1n;
    return Promise.resolve(true);
  }

  get replayBytes(): number {
    return this.segment.reduce((sum, part) => sum + part.length, 0);
  }

  async writeSnapshot(_position: Position, slices: AsyncIterable<Uint8Array>): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const slice of slices) parts.push(slice);
    this.snapshot = parts; // the segment stays: frames behind the snapshot are in it
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous
async function* each(parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}
