/** A journal that lives as long as the process: for tests and sandboxes. */

import type { Position } from '../engine/engine.js';
import { isSamePosition } from './journal.js';
import type { Append, Journal, JournalStream } from './journal.js';

export class MemoryJournal implements Journal {
  private snapshot: Uint8Array[] = [];
  private segment: Uint8Array[] = [];
  private end: Position | undefined; // of what was appended here; not known of what was cut

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
    const whole = new Uint8Array(validBytes);
    let at = 0;
    for (const part of this.segment) {
      whole.set(part.subarray(0, validBytes - at), at);
      at = Math.min(at + part.length, validBytes);
    }
    this.segment = validBytes === 0 ? [] : [whole];
    this.end = undefined;
    return Promise.resolve();
  }

  append({ frame, after, end, segmentHeader }: Append): Promise<boolean> {
    if (this.end && !isSamePosition(this.end, after)) return Promise.resolve(false);
    if (this.segment.length === 0) this.segment.push(segmentHeader());
    this.segment.push(frame);
    this.end = end;
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
