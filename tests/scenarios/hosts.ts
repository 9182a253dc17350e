/** The hosts that scenarios run on: the native core, the wasm in Node, the server over HTTP. */

import { decodeResponse, encodeRequest } from './exchange.js';
import { openNative, openWasm } from './engines.js';
import type { Engine } from './engines.js';

export interface HttpRequest {
  method: string;
  /** Path and query as they go over the wire. */
  target: string | Buffer;
  /** Names in lower case. */
  headers: [name: string, value: string][];
  body: Buffer | undefined;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: ReadonlyMap<string, string>;
  body: Buffer;
}

/** An engine with the demo data in it and a clock that stands still until it is moved. */
export interface Host {
  request(request: HttpRequest): Promise<HttpResponse>;
  clock(nowMs: number): Promise<void>;
  /** Closes it and opens it again from its journal. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export type OpenHost = (startMs: number) => Promise<Host>;

/** Decides the keys; the same for every host, so that answers can be compared. */
const seed = 20241215;

/** The hosts by name. */
export const openHosts: Record<string, OpenHost> = {
  native: (startMs) => openEngineHost(openNative, startMs),
  wasm: (startMs) => openEngineHost(openWasm, startMs),
};

type OpenEngine = (seed: number) => Promise<Engine>;

async function openEngineHost(open: OpenEngine, startMs: number): Promise<Host> {
  const host = new EngineHost(open, await open(seed), startMs);
  await host.loadDemo();
  return host;
}

/** A bare engine with its journal in the memory of the test. */
class EngineHost implements Host {
  private readonly journal: Buffer[] = [];

  constructor(
    private readonly open: OpenEngine,
    private engine: Engine,
    private nowMs: number,
  ) {}

  async loadDemo(): Promise<void> {
    this.journal.push(await this.engine.segmentHeader());
    await this.engine.loadDemo(this.nowMs);
    await this.commit();
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const record = await this.engine.handle(encodeRequest(request), this.nowMs);
    await this.commit();
    return decodeResponse(record);
  }

  async clock(nowMs: number): Promise<void> {
    this.nowMs = nowMs;
    const wakeMs = this.engine.wakeMs();
    if (wakeMs === 0 || wakeMs > nowMs) return;
    await this.engine.tick(nowMs);
    await this.commit();
  }

  async restart(): Promise<void> {
    await this.engine.close();
    // Another seed: the keys to come are decided by the journal alone.
    this.engine = await this.open(seed + 1);
    await this.engine.replay(Buffer.concat(this.journal));
  }

  async close(): Promise<void> {
    await this.engine.close();
  }

  private async commit(): Promise<void> {
    const frame = await this.engine.seal();
    if (frame.length === 0) return;
    this.journal.push(frame);
    await this.engine.confirm();
  }
}
