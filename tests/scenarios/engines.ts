/** The bare engine, natively over pipes and as WebAssembly: the same members, awaited. */

import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Members of docs/formats/exchange.md, as far as tests call them. */
export interface Engine {
  handle(record: Uint8Array, nowMs: number): Promise<Buffer>;
  tick(nowMs: number): Promise<void>;
  loadDemo(nowMs: number): Promise<void>;
  /** The frame, empty if nothing was pending. */
  seal(): Promise<Buffer>;
  confirm(): Promise<void>;
  revert(): Promise<void>;
  segmentHeader(): Promise<Buffer>;
  /** Replays one whole segment. Throws with the engine's own words if it is refused. */
  replay(segment: Uint8Array): Promise<void>;
  /** The first difference in words, empty for none. */
  verify(): Promise<string>;
  /** When `tick` has something to do, 0 for never. */
  wakeMs(): number;
  close(): Promise<void>;
}

/** The root of the checkout, from build/js/tests/scenarios. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');

const blockBytes = 64;
const wakeOffset = 48;

/** Starts `waybill-native`. */
export async function openNative(seed: number): Promise<Engine> {
  return Promise.resolve(new NativeEngine(seed));
}

interface NativeAnswer {
  result: number;
  bytes: Buffer;
}

class NativeEngine implements Engine {
  private readonly process: ChildProcessByStdio<Writable, Readable, null>;
  private received = Buffer.alloc(0);
  private waiting: { resolve(answer: NativeAnswer): void; reject(error: Error): void } | undefined;
  private block = Buffer.alloc(blockBytes);

  constructor(seed: number) {
    const program = path.join(root, 'build/native-release/waybill-native');
    this.process = spawn(program, ['--seed', String(seed)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.process.stdout.on('data', (bytes: Buffer) => this.receive(bytes));
    this.process.on('error', (error) => this.waiting?.reject(error));
    this.process.on('exit', (code, signal) => {
      this.waiting?.reject(new Error(`waybill-native ended (exit code ${code}, signal ${signal})`));
    });
    this.process.stdin.on('error', (error) => this.waiting?.reject(error));
  }

  async handle(record: Uint8Array, nowMs: number): Promise<Buffer> {
    return (await this.call('H', u64(nowMs), u32(record.length), record)).bytes;
  }

  async tick(nowMs: number): Promise<void> {
    await this.call('T', u64(nowMs));
  }

  async loadDemo(nowMs: number): Promise<void> {
    await this.call('D', u64(nowMs));
  }

  async seal(): Promise<Buffer> {
    const { result, bytes } = await this.call('S');
    return result === 0 ? Buffer.alloc(0) : bytes;
  }

  async confirm(): Promise<void> {
    await this.call('C');
  }

  async revert(): Promise<void> {
    await this.call('R');
  }

  async segmentHeader(): Promise<Buffer> {
    return (await this.call('G')).bytes;
  }

  async replay(segment: Uint8Array): Promise<void> {
    await this.call('B');
    refuseFault(await this.call('P', u32(segment.length), segment));
    refuseFault(await this.call('E', Buffer.from([1])));
  }

  async verify(): Promise<string> {
    return (await this.call('V')).bytes.toString('utf8');
  }

  wakeMs(): number {
    return Number(this.block.readBigUInt64LE(wakeOffset));
  }

  async close(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.stdin.end();
    await ended;
  }

  private call(command: string, ...fields: Uint8Array[]): Promise<NativeAnswer> {
    if (this.waiting) throw new Error('one call after another');
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.process.stdin.write(Buffer.concat([Buffer.from(command), ...fields]));
    });
  }

  private receive(bytes: Buffer): void {
    this.received = Buffer.concat([this.received, bytes]);
    if (this.received.length < 8) return;
    const end = 8 + this.received.readUInt32LE(4);
    if (this.received.length < end + blockBytes) return;
    const answer = { result: this.received.readUInt32LE(0), bytes: this.received.subarray(8, end) };
    this.block = this.received.subarray(end, end + blockBytes);
    this.received = this.received.subarray(end + blockBytes);
    const waiting = this.waiting;
    this.waiting = undefined;
    waiting?.resolve(answer);
  }
}

/** `replay` and `replayEnd` answer 1 and a sentence when they refuse. */
function refuseFault({ result, bytes }: NativeAnswer): void {
  if (result === 1) throw new Error(bytes.toString('utf8'));
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** The Embind class, as far as it is used here. */
interface WasmClass {
  exchange(): number;
  reserve(bytes: number): void;
  handle(size: number, nowMs: number): void;
  tick(nowMs: number): void;
  loadDemo(nowMs: number): void;
  seal(): number;
  confirm(): void;
  revert(): void;
  segmentHeader(): number;
  replayBegin(): void;
  replay(size: number): number;
  replayEnd(last: boolean): number;
  verify(): void;
  delete(): void;
}

interface WasmModule {
  Engine: new (seed: string) => WasmClass;
  HEAPU8: Uint8Array;
}

type Factory = (options: { wasmBinary: Uint8Array }) => Promise<WasmModule>;

/** Loads build/wasm/waybill.js with an engine in it. */
export async function openWasm(seed: number): Promise<Engine> {
  const directory = path.join(root, 'build/wasm');
  const wasmBinary = await readFile(path.join(directory, 'waybill.wasm'));
  const glue = (await import(pathToFileURL(path.join(directory, 'waybill.js')).href)) as { default: Factory };
  const module = await glue.default({ wasmBinary });
  return new WasmEngine(module, new module.Engine(String(seed)));
}

class WasmEngine implements Engine {
  constructor(
    private readonly module: WasmModule,
    private readonly engine: WasmClass,
  ) {}

  async handle(record: Uint8Array, nowMs: number): Promise<Buffer> {
    this.write(record);
    this.engine.handle(record.length, nowMs);
    return Promise.resolve(this.answer());
  }

  async tick(nowMs: number): Promise<void> {
    this.engine.tick(nowMs);
    return Promise.resolve();
  }

  async loadDemo(nowMs: number): Promise<void> {
    this.engine.loadDemo(nowMs);
    return Promise.resolve();
  }

  async seal(): Promise<Buffer> {
    return Promise.resolve(this.engine.seal() === 0 ? Buffer.alloc(0) : this.answer());
  }

  async confirm(): Promise<void> {
    this.engine.confirm();
    return Promise.resolve();
  }

  async revert(): Promise<void> {
    this.engine.revert();
    return Promise.resolve();
  }

  async segmentHeader(): Promise<Buffer> {
    this.engine.segmentHeader();
    return Promise.resolve(this.answer());
  }

  async replay(segment: Uint8Array): Promise<void> {
    this.engine.replayBegin();
    this.write(segment);
    this.refuseFault(this.engine.replay(segment.length));
    this.refuseFault(this.engine.replayEnd(true));
    return Promise.resolve();
  }

  async verify(): Promise<string> {
    this.engine.verify();
    return Promise.resolve(this.answer().toString('utf8'));
  }

  wakeMs(): number {
    return Number(this.block().getBigUint64(wakeOffset, true));
  }

  async close(): Promise<void> {
    this.engine.delete();
    return Promise.resolve();
  }

  private write(bytes: Uint8Array): void {
    if (this.block().getUint32(4, true) < bytes.length) this.engine.reserve(bytes.length);
    this.module.HEAPU8.set(bytes, this.block().getUint32(0, true));
  }

  private answer(): Buffer {
    const block = this.block();
    const start = block.getUint32(8, true);
    return Buffer.from(this.module.HEAPU8.slice(start, start + block.getUint32(12, true)));
  }

  /** A fresh view: memory growth detaches the old ones. */
  private block(): DataView {
    return new DataView(this.module.HEAPU8.buffer, this.engine.exchange(), blockBytes);
  }

  private refuseFault(result: number): void {
    if (result === 1) throw new Error(this.answer().toString('utf8'));
  }
}
