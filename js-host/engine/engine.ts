/** The engine as TypeScript sees it: records in, records and journal bytes out (docs/formats/exchange.md). */

/** The Embind class; every member is described in docs/formats/exchange.md. */
interface EngineBinding {
  exchange(): number;
  reserve(bytes: number): void;
  handle(size: number, nowMs: number): void;
  tick(nowMs: number): void;
  loadDemo(nowMs: number): void;
  seal(): number;
  confirm(): void;
  revert(): void;
  replayBegin(): void;
  replay(size: number): number;
  replayEnd(last: boolean): number;
  segmentHeader(): number;
  snapshotBegin(): void;
  snapshotNext(bytes: number): number;
  delete(): void;
}

interface EngineModule {
  Engine: new (seed: string) => EngineBinding;
  HEAPU8: Uint8Array;
}

type InstantiateWasm = (
  imports: WebAssembly.Imports,
  done: (instance: WebAssembly.Instance) => void,
) => Record<string, never>;

/** The default export of `waybill.js`. */
export type EngineFactory = (options: {
  wasmBinary?: Uint8Array;
  instantiateWasm?: InstantiateWasm;
}) => Promise<unknown>;

/** A place in the journal: after the frame with this sequence and hash. */
export interface Position {
  sequence: bigint;
  hash: bigint;
}

export interface EngineRequest {
  method: string;
  target: string;
  /** The header block: `name:value\n` lines, lower-case names, only those of `passedHeaders`. */
  headers: string;
  body: Uint8Array | undefined;
}

export interface EngineResponse {
  status: number;
  /** Name, value, name, value … ready to send. */
  headers: string[];
  body: Uint8Array;
}

/** The request headers that the core reads. */
export const passedHeaders = ['accept', 'content-type', 'content-encoding', 'prefer', 'x-transaction-count'] as const;

export type ReplayOutcome = 'whole' | 'cut' | 'fault';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const recordHeaderBytes = 16;
const blockBytes = 64;
/** Byte offsets in the exchange block. */
const at = { request: 0, capacity: 4, answer: 8, size: 12, pending: 16, sequence: 24, hash: 32, valid: 40, wake: 48 };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * One engine in its own WebAssembly instance. After a trap (a bug of ours) every call throws; open a
 * new one from the journal.
 */
export class Engine {
  private memory: Uint8Array;
  private block: DataView;
  private readonly blockAddress: number;

  private constructor(
    private readonly module: EngineModule,
    private readonly binding: EngineBinding,
  ) {
    this.blockAddress = binding.exchange();
    this.memory = module.HEAPU8;
    this.block = this.freshBlock();
  }

  /** `wasm`: the bytes of waybill.wasm, or a module compiled from them. `seed`: decides the keys given out. */
  static async create(factory: EngineFactory, wasm: Uint8Array | WebAssembly.Module, seed: bigint): Promise<Engine> {
    const options =
      wasm instanceof Uint8Array
        ? { wasmBinary: wasm }
        : {
            instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => {
              void WebAssembly.instantiate(wasm, imports).then(done);
              return {};
            },
          };
    const module = (await factory(options)) as EngineModule;
    return new Engine(module, new module.Engine(seed.toString()));
  }

  handle(request: EngineRequest, nowMs: number): EngineResponse {
    const body = request.body;
    const bodyBytes = body === undefined ? 0 : body.length;
    // UTF-8 takes at most three bytes for a UTF-16 unit.
    const room = recordHeaderBytes + 3 * (request.target.length + request.headers.length) + bodyBytes;
    this.reserve(room);
    const start = this.block.getUint32(at.request, true);
    const memory = this.memory;
    let end = start + recordHeaderBytes;
    const target = encoder.encodeInto(request.target, memory.subarray(end)).written;
    end += target;
    const headers = encoder.encodeInto(request.headers, memory.subarray(end)).written;
    end += headers;
    if (body !== undefined) memory.set(body, end);
    end += bodyBytes;
    const method = methods.indexOf(request.method);
    const record = new DataView(memory.buffer, start, recordHeaderBytes);
    record.setUint32(0, method < 0 ? methods.length : method, true);
    record.setUint32(4, target, true);
    record.setUint32(8, headers, true);
    record.setUint32(12, bodyBytes, true);
    this.binding.handle(end - start, nowMs);
    return this.readResponse();
  }

  tick(nowMs: number): void {
    this.binding.tick(nowMs);
    this.refresh();
  }

  loadDemo(nowMs: number): void {
    this.binding.loadDemo(nowMs);
    this.refresh();
  }

  /** Whether transactions wait to be sealed. */
  get pending(): boolean {
    return this.block.getUint32(at.pending, true) !== 0;
  }

  /** Closes the waiting transactions into one frame; its bytes, or undefined if there are none. */
  seal(): Uint8Array | undefined {
    const size = this.binding.seal();
    this.refresh();
    return size === 0 ? undefined : this.answer();
  }

  confirm(): void {
    this.binding.confirm();
    this.refresh();
  }

  revert(): void {
    this.binding.revert();
    this.refresh();
  }

  replayBegin(): void {
    this.binding.replayBegin();
  }

  /** Throws the core's sentence on a fault. */
  replay(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.memory.set(bytes, this.block.getUint32(at.request, true));
    const result = this.binding.replay(bytes.length);
    this.refresh();
    if (result !== 0) throw new Error(decoder.decode(this.answer()));
  }

  /** `last`: the newest segment, whose torn tail may be cut. Throws the core's sentence on a fault. */
  replayEnd(last: boolean): { cut: boolean; validBytes: number } {
    const result = this.binding.replayEnd(last);
    this.refresh();
    if (result === 1) throw new Error(decoder.decode(this.answer()));
    return { cut: result === 2, validBytes: Number(this.block.getBigUint64(at.valid, true)) };
  }

  segmentHeader(): Uint8Array {
    this.binding.segmentHeader();
    this.refresh();
    return this.answer();
  }

  snapshotBegin(): void {
    this.binding.snapshotBegin();
  }

  /** The next slice of about `bytes`, undefined at the end. */
  snapshotNext(bytes: number): Uint8Array | undefined {
    const size = this.binding.snapshotNext(bytes);
    this.refresh();
    return size === 0 ? undefined : this.answer();
  }

  get position(): Position {
    return {
      sequence: this.block.getBigUint64(at.sequence, true),
      hash: this.block.getBigUint64(at.hash, true),
    };
  }

  /** When `tick` has something to do, ms since 1970; 0 for never. */
  get wakeMs(): number {
    return Number(this.block.getBigUint64(at.wake, true));
  }

  /** Bytes of WebAssembly memory in use. */
  get memoryBytes(): number {
    return this.module.HEAPU8.length;
  }

  close(): void {
    this.binding.delete();
  }

  private reserve(bytes: number): void {
    if (this.block.getUint32(at.capacity, true) >= bytes) return;
    this.binding.reserve(bytes);
    this.refresh();
  }

  /** Growth detaches every view, so each call that can allocate is followed by this. */
  private refresh(): void {
    if (this.memory.buffer === this.module.HEAPU8.buffer) return;
    this.memory = this.module.HEAPU8;
    this.block = this.freshBlock();
  }

  private freshBlock(): DataView {
    return new DataView(this.module.HEAPU8.buffer, this.blockAddress, blockBytes);
  }

  /** A copy of what the last call wrote. */
  private answer(): Uint8Array {
    const start = this.block.getUint32(at.answer, true);
    return this.memory.slice(start, start + this.block.getUint32(at.size, true));
  }

  private readResponse(): EngineResponse {
    this.refresh();
    const start = this.block.getUint32(at.answer, true);
    const record = new DataView(this.memory.buffer, start, recordHeaderBytes);
    const headerStart = start + recordHeaderBytes;
    const bodyStart = headerStart + record.getUint32(4, true);
    const headers: string[] = [];
    for (const line of decoder.decode(this.memory.subarray(headerStart, bodyStart)).split('\n')) {
      const colon = line.indexOf(': ');
      if (colon > 0) headers.push(line.slice(0, colon), line.slice(colon + 2));
    }
    return {
      status: record.getUint32(0, true),
      headers,
      body: this.memory.slice(bodyStart, bodyStart + record.getUint32(8, true)),
    };
  }
}
