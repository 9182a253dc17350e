/** Runs an engine on a journal: group commit, timers, snapshots (design, decision 5). Node and browser. */

import type { Engine, EngineRequest, EngineResponse } from '../engine/engine.js';
import type { Journal } from '../journal/journal.js';
import { errorResponse } from './errors.js';

export interface RuntimeOptions {
  journal: Journal;
  /** An empty engine. */
  engine: Engine;
  /** Load the demo data into a journal that holds nothing (C-90). Default true. */
  demo?: boolean;
  /** The time, ms since 1970. Default Date.now. */
  now?: () => number;
  /** A snapshot is made when opening would replay more than this. Default 64 MiB. */
  snapshotBytes?: number;
  /** Requests that may wait; more are answered 503. Default 10,000. */
  queueLimit?: number;
  /** Called once if the journal fails; from then on every request is answered 503. */
  onFailure?: (error: Error) => void;
}

/** When the demo data says it was made (C-90). */
export const demoTimeMs = Date.UTC(2024, 11, 1);

const defaultSnapshotBytes = 64 * 1024 * 1024;
const defaultQueueLimit = 10_000;
const snapshotSliceBytes = 256 * 1024;
const longestTimerMs = 2 ** 31 - 1;

interface Waiting {
  request: EngineRequest;
  answer: (response: EngineResponse) => void;
}

type State = 'open' | 'closing' | 'closed' | 'failed';

/**
 * One engine and its journal. Requests that arrive together run together, their changes are appended
 * in one write with one sync, and only then are they answered.
 */
export class Runtime {
  private queue: Waiting[] = [];
  private state: State = 'open';
  private running: Promise<void> | undefined;
  private scheduled = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private snapshot: Promise<void> | undefined;

  private constructor(
    readonly engine: Engine,
    private readonly journal: Journal,
    private readonly options: RuntimeOptions,
  ) {}

  /** Replays the journal; rejects with the sentence that says what is wrong with it. */
  static async open(options: RuntimeOptions): Promise<Runtime> {
    const { engine, journal } = options;
    const streams = await journal.streams();
    for (const [index, stream] of streams.entries()) {
      try {
        engine.replayBegin();
        for await (const chunk of stream.chunks) engine.replay(chunk);
        const { cut, validBytes } = engine.replayEnd(index === streams.length - 1);
        if (cut) await journal.cutTail(validBytes);
      } catch (error) {
        throw new Error(`${stream.name}: ${(error as Error).message}`, { cause: error });
      }
    }
    const runtime = new Runtime(engine, journal, options);
    if (engine.position.sequence === 0n && options.demo !== false) engine.loadDemo(demoTimeMs);
    await runtime.commit();
    runtime.setTimer();
    return runtime;
  }

  get failed(): boolean {
    return this.state === 'failed';
  }

  get accepting(): boolean {
    return this.state === 'open';
  }

  request(request: EngineRequest): Promise<EngineResponse> {
    if (this.state !== 'open') return Promise.resolve(this.unavailable());
    if (this.queue.length >= (this.options.queueLimit ?? defaultQueueLimit)) {
      return Promise.resolve(errorResponse('QueueFull', 'Too many requests are waiting; try again.'));
    }
    return new Promise((answer) => {
      this.queue.push({ request, answer });
      this.schedule();
    });
  }

  /** Finishes what was accepted, then closes the journal. */
  async close(): Promise<void> {
    if (this.state === 'closing' || this.state === 'closed') return;
    if (this.state === 'open') this.state = 'closing';
    clearTimeout(this.timer);
    while (this.queue.length > 0 || this.running) {
      await (this.running ?? this.startGroup());
    }
    await this.snapshot;
    await this.journal.close();
    if (this.state === 'closing') this.state = 'closed';
  }

  /** A group starts when this turn of the event loop has brought what it brings. */
  private schedule(): void {
    if (this.scheduled || this.running) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      if (!this.running) void this.startGroup();
    });
  }

  private startGroup(): Promise<void> {
    this.running = this.runGroup().finally(() => {
      this.running = undefined;
      if (this.queue.length > 0 && this.state !== 'failed') this.schedule();
    });
    return this.running;
  }

  private async runGroup(): Promise<void> {
    const group = this.queue;
    this.queue = [];
    const responses: EngineResponse[] = [];
    try {
      const now = this.now();
      for (const { request } of group) responses.push(this.engine.handle(request, now));
      if (this.engine.pending && !(await this.commit())) {
        const refused = errorResponse('JournalMoved', 'Another process has written; try again.');
        responses.fill(refused);
      }
    } catch (error) {
      this.fail(error as Error);
      for (const { answer } of group) answer(this.unavailable());
      return;
    }
    group.forEach(({ answer }, index) => answer(responses[index]!));
    this.setTimer();
    this.snapshotIfDue();
  }

  /** Makes what is pending durable; false if the journal refused it, and it was undone. */
  private async commit(): Promise<boolean> {
    if (!this.engine.pending) return true;
    const position = this.engine.position;
    // The header is of the position before the frame, so it is made before the frame is sealed.
    const header = this.engine.segmentHeader();
    const frame = this.engine.seal()!;
    if (await this.journal.append(frame, position, () => header)) {
      this.engine.confirm();
      return true;
    }
    this.engine.revert();
    return false;
  }

  private fail(error: Error): void {
    if (this.state === 'failed') return;
    this.state = 'failed';
    clearTimeout(this.timer);
    for (const { answer } of this.queue) answer(this.unavailable());
    this.queue = [];
    this.options.onFailure?.(error);
  }

  private unavailable(): EngineResponse {
    return this.state === 'failed'
      ? errorResponse('StorageFailed', 'The journal could not be written; the server has to be started again.')
      : errorResponse('Stopping', 'The server is stopping; try again.');
  }

  /** Wakes the engine when a reservation ends, though nobody asks. */
  private setTimer(): void {
    clearTimeout(this.timer);
    if (this.state !== 'open') return;
    const wake = this.engine.wakeMs;
    if (wake === 0) return;
    const delay = Math.min(Math.max(wake - this.now(), 0), longestTimerMs);
    this.timer = setTimeout(() => this.onTimer(), delay);
    (this.timer as { unref?: () => void }).unref?.();
  }

  private onTimer(): void {
    if (this.running || this.scheduled) return; // the group ticks, and sets the timer again
    this.running = this.tick().finally(() => {
      this.running = undefined;
      if (this.queue.length > 0) this.schedule();
    });
  }

  private async tick(): Promise<void> {
    try {
      this.engine.tick(this.now());
      await this.commit();
      this.setTimer();
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private snapshotIfDue(): void {
    if (this.snapshot || this.state !== 'open') return;
    if (this.journal.replayBytes < (this.options.snapshotBytes ?? defaultSnapshotBytes)) return;
    this.snapshot = this.makeSnapshot()
      .catch((error: unknown) => this.fail(error as Error))
      .finally(() => (this.snapshot = undefined));
  }

  private async makeSnapshot(): Promise<void> {
    await this.running;
    this.engine.snapshotBegin();
    await this.journal.writeSnapshot(this.engine.position, this.snapshotSlices());
  }

  /** Slices are taken between groups, so that a long snapshot never holds requests up. */
  private async *snapshotSlices(): AsyncGenerator<Uint8Array> {
    for (;;) {
      while (this.running) await this.running;
      const slice = this.engine.snapshotNext(snapshotSliceBytes);
      if (!slice) return;
      yield slice;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}
