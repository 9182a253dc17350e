/** Keeps a runtime running: one that failed is opened again from its journal (design, decision 5). */

import type { EngineRequest, EngineResponse } from '../engine/engine.js';
import { errorResponse } from './errors.js';
import type { Runtime, Service } from './runtime.js';

export interface SupervisorOptions {
  /** Opens a runtime that reports its failure to `onFailure`. */
  open: (onFailure: (error: Error) => void) => Promise<Runtime>;
  /** What went wrong, in a sentence: a runtime failed, or could not be opened again. */
  onFailure?: (error: Error) => void;
  /** It works again. */
  onRecovery?: () => void;
  /** Waits before the attempts to open it again; the last is repeated. Default 1, 2, 5, 10, 30 s. */
  delaysMs?: number[];
}

const defaultDelaysMs = [1_000, 2_000, 5_000, 10_000, 30_000];

/**
 * While a runtime is away, requests are answered 503. Reads work again as soon as the journal can be opened,
 * even where a disk reports errors at each write: then each write fails by itself. A full disk is no failure
 * of a runtime.
 */
export class Supervisor implements Service {
  private runtime: Runtime | undefined;
  private recovery: Promise<void> | undefined;
  private wakeUp: (() => void) | undefined;
  private isStopping = false;

  private constructor(private readonly options: SupervisorOptions) {}

  /** Rejects if the first runtime cannot be opened. */
  static async open(options: SupervisorOptions): Promise<Supervisor> {
    const supervisor = new Supervisor(options);
    supervisor.runtime = await supervisor.openRuntime();
    return supervisor;
  }

  get state(): Service['state'] {
    if (this.isStopping) return 'stopping';
    return this.runtime?.state ?? 'failed';
  }

  request(request: EngineRequest): Promise<EngineResponse> {
    if (this.runtime) return this.runtime.request(request);
    const [code, details] = this.isStopping
      ? (['Stopping', 'The server is stopping; try again.'] as const)
      : (['StorageFailed', 'The journal is being opened again; try again.'] as const);
    return Promise.resolve(errorResponse(code, details));
  }

  /** Finishes what was accepted, then closes the journal. */
  async close(): Promise<void> {
    this.isStopping = true;
    this.wakeUp?.();
    await this.recovery;
    await this.runtime?.close();
  }

  private openRuntime(): Promise<Runtime> {
    return this.options.open((error) => {
      this.options.onFailure?.(error);
      this.recovery = this.recover().finally(() => (this.recovery = undefined));
    });
  }

  private async recover(): Promise<void> {
    const failed = this.runtime;
    this.runtime = undefined;
    await failed?.close().catch((error: unknown) => this.options.onFailure?.(error as Error));
    const delays = this.options.delaysMs ?? defaultDelaysMs;
    for (let attempt = 0; ; attempt++) {
      await this.pause(delays[Math.min(attempt, delays.length - 1)] ?? 0);
      if (this.isStopping) return;
      try {
        this.runtime = await this.openRuntime();
        this.options.onRecovery?.();
        return;
      } catch (error) {
        this.options.onFailure?.(error as Error);
      }
    }
  }

  /** Ends early when the supervisor is closed. */
  private pause(ms: number): Promise<void> {
    if (this.isStopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
