/** Reading a journal into a fresh engine. */

import type { Engine } from '../engine/engine.js';
import type { Journal } from '../journal/journal.js';

/** The end of the newest segment: a write that was interrupted and never acknowledged. */
export interface TornTail {
  /** The stream it is at the end of. */
  name: string;
  bytes: number;
  /** Bytes of the stream in front of it. */
  validBytes: number;
}

/**
 * Replays all streams of a journal and leaves the journal as it is.
 * Throws with the stream's name and the engine's own words if one is damaged.
 */
export async function replay(engine: Engine, journal: Journal): Promise<TornTail | undefined> {
  const streams = await journal.streams();
  let tail: TornTail | undefined;
  for (const [index, stream] of streams.entries()) {
    try {
      engine.replayBegin();
      let bytes = 0;
      for await (const chunk of stream.chunks) {
        engine.replay(chunk);
        bytes += chunk.length;
      }
      const { cut, validBytes } = engine.replayEnd(index === streams.length - 1);
      if (cut) tail = { name: stream.name, bytes: bytes - validBytes, validBytes };
    } catch (error) {
      throw new Error(`${stream.name}: ${(error as Error).message}`, { cause: error });
    }
  }
  return tail;
}
