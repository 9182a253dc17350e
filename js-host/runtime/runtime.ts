/** Runs an engine on a journal: group commit, timers, snapshots (design, decision 5). Node and browser. */

import { replay } from './replay.js';
import type { Engine, EngineRequest, EngineResponse } from '../engine/engine.js';
import { NoRoomError } from '../journal/journal.js';
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
  /** Called once if the journal fails or the engine has a fault; from then on every request is answered 503. */
  onFailure?: (error: Error) => void;
  /** A snapshot could not be written. Nothing is lost by it; it is tried again later. */
  onSnapshotFailure?: (error: Error) => void;
  /** The journal has no room: writes are refused from now on, until `onRoom` says that one was taken again. */
  onNoRoom?: (error: Error) => void;
  onRoom?: () => void;
  /** A frame that a crash tore was cut off the end of the journal. It was never acknowledged. */
  onCutTail?: (cut: CutTail) => void;
}

export interface CutTail {
  /** Name of the journal's stream. */
  name: string;
  bytes: number;
  /** Sequence number of the last frame, which is whole. */
  lastSequence: bigint;
}

/** What answers requests: a runtime, or a supervisor that keeps one running. */
export interface Service {
  /** Resolves when what the request changed is durable. Never rejects. */
  request(request: EngineRequest): Promise<EngineResponse>;
  readonly state: 'ready' | 'stopping' | 'failed';
}

/** When the demo data says it was made (C-90). */
export const demoTimeMs = Date.UTC(2024, 11, 1);

const defaultSnapshotBytes = 64 * 1024 * 1024;
const defaultQueueLimit = 10_000;
const snapshotSliceBytes = 256 * 1024;
const longestTimerMs = 2 ** 31 - 1;
/** A reservation's end that could not be written is tried again after this. */
const retryMs = 1_000;

/** Runs `task` when this turn of the event loop has brought what it brings. */
const soon: (task: () => void) => void =
  typeof setImmediate === 'function' ? setImmediate : (task) => setTimeout(task, 0);

const failures = {
  StorageFailed: 'The journal cannot be written. Whether this took effect shows when it is back.',
  EngineFailed: 'The engine has met a fault and is opened again. Whether this took effect shows when it is back.',
};
type Failure = keyof typeof failures;

interface Waiting {
  request: EngineRequest;
  answer: (response: EngineResponse) => void;
}

interface Handled extends Waiting {
  response: EngineResponse;
}

/**
 * One engine and its journal. Requests that arrive together run together, their changes are appended in one
 * write with one sync, and only then are they answered. While a frame is on its way to the disk the next
 * requests run already; what they answer waits for the frames that hold what they saw.
 */
export class Runtime implements Service {
  private queue: Waiting[] = [];
  private running: Waiting[] = [];
  /** Answers that wait for the frame on its way; undefined if none is. */
  private onItsWay: Handled[] | undefined;
  /** Answers to what ran since, before anything changed: they wait for that frame too, and no longer. */
  private before: Handled[] = [];
  /** Answers that wait for the frame after it. */
  private next: Handled[] = [];
  private waiting = 0;
  private failure: Failure = 'EngineFailed';
  private phase: 'opening' | 'open' | 'closing' | 'closed' | 'failed' = 'opening';
  private scheduled = false;
  private tickDue = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private timerMs = 0;
  private snapshot: Promise<void> | undefined;
  private snapshotFromBytes: number;
  private quietTask: { run: () => void; cancel: (error: Error) => void } | undefined;
  private closed: Promise<void> | undefined;
  private onIdle: (() => void) | undefined;
  private hasRoom = true;
  /** The snapshot under way holds rows that were taken back. */
  private isSnapshotSpoilt = false;

  private constructor(
    readonly engine: Engine,
    private readonly journal: Journal,
    private readonly options: RuntimeOptions,
  ) {
    this.snapshotFromBytes = options.snapshotBytes ?? defaultSnapshotBytes;
  }

  /** Replays the journal; rejects with the sentence that says what is wrong with it. */
  static async open(options: RuntimeOptions): Promise<Runtime> {
    const { engine, journal } = options;
    const tail = await replay(engine, journal);
    if (tail) {
      await journal.cutTail(tail.validBytes);
      options.onCutTail?.({ name: tail.name, bytes: tail.bytes, lastSequence: engine.position.sequence });
    }
    const runtime = new Runtime(engine, journal, options);
    if (engine.position.sequence === 0n) {
      if (options.demo !== false) engine.loadDemo(demoTimeMs);
      await runtime.begin();
    }
    runtime.phase = 'open';
    runtime.setTimer();
    return runtime;
  }

  get state(): Service['state'] {
    if (this.phase === 'open') return 'ready';
    return this.phase === 'failed' ? 'failed' : 'stopping';
  }

  request(request: EngineRequest): Promise<EngineResponse> {
    if (this.phase !== 'open') return Promise.resolve(this.unavailable());
    if (this.waiting >= (this.options.queueLimit ?? defaultQueueLimit)) {
      return Promise.resolve(errorResponse('QueueFull', 'Too many requests are waiting; try again.'));
    }
    this.waiting++;
    return new Promise((resolve) => {
      const answer = (response: EngineResponse): void => {
        this.waiting--;
        resolve(response);
      };
      this.queue.push({ request, answer });
      this.schedule();
    });
  }

  /** Finishes what was accepted, then closes the journal. */
  close(): Promise<void> {
    this.closed ??= this.finish();
    return this.closed;
  }

  private async finish(): Promise<void> {
    clearTimeout(this.timer);
    if (this.phase === 'open') {
      this.phase = 'closing';
      await new Promise<void>((resolve) => {
        this.onIdle = resolve;
        this.schedule();
      });
      await this.snapshot;
    }
    if (this.phase === 'closing') this.phase = 'closed';
    await this.journal.close();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    soon(() => {
      this.scheduled = false;
      if (this.phase !== 'failed' && this.phase !== 'closed') this.step();
    });
  }

  /** Runs what waits, sends the next frame on its way if none is, and what there is to do in quiet moments. */
  private step(): void {
    try {
      if (!this.quietTask) this.runQueue();
      if (this.onItsWay) return; // its arrival brings the next step
      if (this.engine.pending) {
        this.sendFrame();
        return;
      }
    } catch (error) {
      this.fail(error as Error, 'EngineFailed');
      return;
    }
    const task = this.quietTask;
    this.quietTask = undefined;
    task?.run();
    if (this.queue.length > 0) this.schedule();
    else this.onIdle?.();
    this.setTimer();
    this.snapshotIfDue();
  }

  private runQueue(): void {
    const now = this.now();
    this.running = this.queue;
    this.queue = [];
    if (this.tickDue) this.engine.tick(now);
    this.tickDue = false;
    for (const { request, answer } of this.running) {
      const response = this.engine.handle(request, now);
      if (this.engine.pending) this.next.push({ request, response, answer });
      else if (this.onItsWay) this.before.push({ request, response, answer });
      else answer(response);
    }
    this.running = [];
  }

  private sendFrame(): void {
    const { engine } = this;
    const after = engine.position;
    const frame = engine.seal()!;
    this.onItsWay = this.next;
    this.next = [];
    const append = { frame, after, end: engine.position, segmentHeader: () => engine.segmentHeader() };
    this.journal
      .append(append)
      .then(
        (isAppended) => this.arrive(isAppended),
        (error: unknown) => {
          if (error instanceof NoRoomError && this.phase !== 'opening') this.findNoRoom(error);
          else this.fail(error as Error, 'StorageFailed');
        },
      )
      .catch((error: unknown) => this.fail(error as Error, 'EngineFailed'));
  }

  private arrive(isAppended: boolean): void {
    if (this.phase === 'failed') return;
    if (!isAppended) {
      const moved = errorResponse('JournalMoved', 'Another process has written; try again.');
      for (const { answer } of this.takeBack()) answer(moved);
      this.step();
      return;
    }
    this.engine.confirm();
    if (!this.hasRoom) this.options.onRoom?.();
    this.hasRoom = true;
    const arrived = this.takeArrived();
    this.step(); // the next frame first: it travels while these are answered
    for (const { answer, response } of arrived) answer(response);
  }

  private takeArrived(): Handled[] {
    const arrived = [...(this.onItsWay ?? []), ...this.before];
    this.onItsWay = undefined;
    this.before = [];
    return arrived;
  }

  /** A full disk: writes are refused; reads are answered again, from what is on disk. */
  private findNoRoom(error: NoRoomError): void {
    if (this.phase === 'failed') return;
    if (this.hasRoom) this.options.onNoRoom?.(error);
    this.hasRoom = false;
    const refused = errorResponse('StorageFailed', 'The journal has no room. This changed nothing; try again later.');
    const now = this.now();
    this.running = this.takeBack();
    for (const { request, answer } of this.running) {
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      answer(isRead ? this.engine.handle(request, now) : refused);
    }
    this.running = [];
    if (this.engine.pending) this.engine.revert(); // what reading stores, such as an end of a reservation
    this.step();
  }

  /** Undoes what no frame on disk holds. The answers that saw it are not true any more. */
  private takeBack(): Handled[] {
    this.engine.revert();
    this.isSnapshotSpoilt = true;
    const untrue = [...this.takeArrived(), ...this.next];
    this.next = [];
    return untrue;
  }

  /** The first frame of a new journal. */
  private async begin(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.quietTask = { run: resolve, cancel: reject };
      this.schedule();
    });
  }

  private fail(error: Error, failure: Failure): void {
    if (this.phase === 'failed') return;
    this.failure = failure;
    const isKnown = this.phase !== 'opening'; // else open() rejects
    this.phase = 'failed';
    clearTimeout(this.timer);
    this.quietTask?.cancel(error);
    const unanswered = [this.onItsWay ?? [], this.before, this.next, this.running, this.queue].flat();
    this.onItsWay = undefined;
    this.before = [];
    this.next = [];
    this.running = [];
    this.queue = [];
    const answered = new Set<Waiting['answer']>();
    for (const { answer } of unanswered) {
      if (!answered.has(answer)) answer(this.unavailable());
      answered.add(answer);
    }
    if (isKnown) this.options.onFailure?.(error);
    this.onIdle?.();
  }

  private unavailable(): EngineResponse {
    return this.phase === 'failed'
      ? errorResponse(this.failure, failures[this.failure])
      : errorResponse('Stopping', 'The server is stopping; try again.');
  }

  /** Wakes the engine when a reservation ends, though nobody asks. */
  private setTimer(): void {
    const wake = this.phase === 'open' ? this.engine.wakeMs : 0;
    if (wake === this.timerMs) return;
    clearTimeout(this.timer);
    this.timerMs = wake;
    if (wake === 0) return;
    const delay = Math.min(Math.max(wake - this.now(), this.hasRoom ? 0 : retryMs), longestTimerMs);
    this.timer = setTimeout(() => {
      this.timerMs = 0;
      this.tickDue = true;
      this.schedule();
    }, delay);
    (this.timer as { unref?: () => void }).unref?.();
  }

  private snapshotIfDue(): void {
    if (this.snapshot || this.phase !== 'open' || this.journal.replayBytes < this.snapshotFromBytes) return;
    this.snapshot = this.makeSnapshot()
      .catch((error: unknown) => {
        if (this.phase === 'failed') return;
        this.snapshotFromBytes = 2 * this.journal.replayBytes; // not again with every request
        this.options.onSnapshotFailure?.(error as Error);
      })
      .finally(() => (this.snapshot = undefined));
  }

  private async makeSnapshot(): Promise<void> {
    const position = await this.whenQuiet(() => {
      this.engine.snapshotBegin();
      this.isSnapshotSpoilt = false;
      return this.engine.position;
    });
    await this.journal.writeSnapshot(position, this.snapshotSlices());
    this.snapshotFromBytes = this.options.snapshotBytes ?? defaultSnapshotBytes;
  }

  /** One slice per quiet moment, so that a long snapshot never holds requests up for long. */
  private async *snapshotSlices(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const slice = await this.whenQuiet(() => this.engine.snapshotNext(snapshotSliceBytes));
      if (this.isSnapshotSpoilt) throw new Error('A snapshot was given up, because rows in it were taken back.');
      if (!slice) return;
      yield slice;
    }
  }

  /** Calls `task` when nothing is pending and no frame is on its way. */
  private whenQuiet<T>(task: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = (): void => {
        try {
          resolve(task());
        } catch (caught) {
          const error = caught as Error;
          reject(error);
          this.fail(error, 'EngineFailed');
        }
      };
      this.quietTask = { run, cancel: reject };
      this.schedule();
    });
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}
