/** The hosts that scenarios run on: the native core, the wasm in Node, the server over HTTP. */

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { passedHeaders } from '../../js-host/engine/engine.js';
import { loadEngine } from '../../js-host/engine/load.js';
import { FileJournal } from '../../js-host/journal/file.js';
import type { Journal } from '../../js-host/journal/journal.js';
import { MemoryJournal } from '../../js-host/journal/memory.js';
import { demoTimeMs, Runtime } from '../../js-host/runtime/runtime.js';
import { startServer } from '../../js-host/server/server.js';
import type { RunningServer } from '../../js-host/server/server.js';
import { decodeResponse, encodeRequest } from './exchange.js';
import { openNative } from './engines.js';
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
  /** The first figure that does not follow from the records behind it, in words; empty for none. */
  verify(): Promise<string>;
  close(): Promise<void>;
}

export type OpenHost = (startMs: number) => Promise<Host>;

/** Decides the keys; the same for every host, so that answers can be compared. */
const seed = 20241215;

/** The hosts by name. */
export const openHosts: Record<string, OpenHost> = {
  native: async (startMs) => {
    const host = new NativeHost(await openNative(seed), startMs);
    await host.loadDemo();
    return host;
  },
  wasm: async (startMs) => {
    const host = new RuntimeHost(startMs);
    await host.start();
    return host;
  },
  server: async (startMs) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'waybill-scenario-'));
    const host = new ServerHost(directory, startMs);
    await host.start();
    return host;
  },
};

/** The native core, with its journal in the memory of the test. */
class NativeHost implements Host {
  private readonly journal: Buffer[] = [];

  constructor(
    private engine: Engine,
    private nowMs: number,
  ) {}

  async loadDemo(): Promise<void> {
    this.journal.push(await this.engine.segmentHeader());
    await this.engine.loadDemo(demoTimeMs);
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
    this.engine = await openNative(seed + 1);
    await this.engine.replay(Buffer.concat(this.journal));
  }

  async verify(): Promise<string> {
    return this.engine.verify();
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

/** The wasm under the runtime, with a memory journal, in this process. */
class RuntimeHost implements Host {
  private readonly journal = new MemoryJournal();
  private runtime: Runtime | undefined;

  constructor(private nowMs: number) {}

  async start(): Promise<void> {
    this.runtime = await openRuntime(this.journal, () => this.nowMs, seed);
  }

  async request({ method, target, headers, body }: HttpRequest): Promise<HttpResponse> {
    const passed = headers.filter(([name]) => (passedHeaders as readonly string[]).includes(name));
    const response = await present(this.runtime).request({
      method,
      target: String(target),
      headers: passed.map(([name, value]) => `${name}:${value}\n`).join(''),
      body,
    });
    const pairs = Array.from({ length: response.headers.length / 2 }, (_, index): [string, string] => [
      (response.headers[2 * index] ?? '').toLowerCase(),
      response.headers[2 * index + 1] ?? '',
    ]);
    return { status: response.status, headers: new Map(pairs), body: Buffer.from(response.body) };
  }

  async clock(nowMs: number): Promise<void> {
    this.nowMs = nowMs;
    return Promise.resolve();
  }

  async restart(): Promise<void> {
    await this.close();
    this.runtime = await openRuntime(this.journal, () => this.nowMs, seed + 1);
  }

  async verify(): Promise<string> {
    return Promise.resolve(present(this.runtime).engine.verify());
  }

  async close(): Promise<void> {
    await closeRuntime(present(this.runtime));
  }
}

/** The server, over HTTP, with its data in a directory. */
class ServerHost implements Host {
  private readonly agent = new Agent({ keepAlive: true });
  private runtime: Runtime | undefined;
  private server: RunningServer | undefined;

  constructor(
    private readonly directory: string,
    private nowMs: number,
  ) {}

  async start(engineSeed = seed): Promise<void> {
    const journal = await FileJournal.open({ directory: this.directory });
    this.runtime = await openRuntime(journal, () => this.nowMs, engineSeed);
    this.server = await startServer({ service: this.runtime, port: 0, logLevel: 'silent' });
  }

  async request({ method, target, headers, body }: HttpRequest): Promise<HttpResponse> {
    const { hostname, port } = new URL(present(this.server).url);
    const outgoing = request({
      agent: this.agent,
      hostname,
      port,
      method,
      path: String(target),
      headers: { ...Object.fromEntries(headers), ...(body ? { 'content-length': body.length } : {}) },
    });
    // An answer may come before the server has read a body that is too large, and cut its sending short.
    outgoing.on('error', () => undefined);
    outgoing.end(body);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    const chunks = (await incoming.toArray()) as Buffer[];
    const names = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
    return { status: incoming.statusCode ?? 0, headers: new Map(names), body: Buffer.concat(chunks) };
  }

  async clock(nowMs: number): Promise<void> {
    this.nowMs = nowMs;
    return Promise.resolve();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start(seed + 1);
  }

  async verify(): Promise<string> {
    return Promise.resolve(present(this.runtime).engine.verify());
  }

  async close(): Promise<void> {
    await this.stop();
    this.agent.destroy();
    await rm(this.directory, { recursive: true });
  }

  private async stop(): Promise<void> {
    await present(this.server).close();
    await closeRuntime(present(this.runtime));
  }
}

async function openRuntime(journal: Journal, now: () => number, engineSeed: number): Promise<Runtime> {
  return Runtime.open({ journal, engine: await loadEngine(BigInt(engineSeed)), now });
}

async function closeRuntime(runtime: Runtime): Promise<void> {
  await runtime.close();
  runtime.engine.close();
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the host was not started');
  return value;
}
