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
  memory(): void;
  verify(): void;
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

/** What the engine holds, in bytes. */
export interface MemoryUse {
  /** With what their lists hold. */
  rows: number;
  /** Texts, and what finds them. */
  strings: number;
  indexes: number;
}

export interface EngineRequest {
  method: string;
  /** Path and query. */
  target: string;
  /** The header block: `name:value\n` lines, lower-case names, only those of `passedHeaders`. */
  headers: string;
  body: Uint8Array | undefined;
}

export interface EngineResponse {
  status: number;
  /** Name, value, name, value … ready to send. */
  headers: readonly string[];
  body: Uint8Array;
}

/** The request headers that the core reads. */
export const passedHeaders = ['accept', 'content-type', 'content-encoding', 'prefer', 'x-explain', 'x-transaction-count'] as const;

/** The methods that have a number, which is their place here (docs/formats/exchange.md). */
export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const recordHeaderBytes = 16;
const blockWords = 16;
/** Indexes in the exchange block, an array of u32; those of u64 are their low half's. */
const at = { request: 0, capacity: 1, answer: 2, size: 3, pending: 4, sequence: 6, hash: 8, valid: 10, wake: 12 };

/** Answers are copied into blocks of this size, so that small ones cost no allocation each. */
const poolBytes = 256 * 1024;

/** The longest header block that is kept to be compared with the next one. */
const keptHeaderBytes = 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * One engine in its own WebAssembly instance. After a trap (a bug of ours) every call throws; open a
 * new one from the journal.
 */
export class Engine {
  private memory: Uint8Array;
  private words: Uint32Array;
  private block: Uint32Array;
  private pool = new Uint8Array(0);
  private poolUsed = 0;
  /** The header block of the last answer and what it says: many answers in a row have the same. */
  private readonly headerBlock = new Uint8Array(keptHeaderBytes);
  private headerBlockBytes = 0;
  private headers: readonly string[] = [];

  private constructor(
    private readonly module: EngineModule,
    private readonly binding: EngineBinding,
  ) {
    this.memory = module.HEAPU8;
    this.words = new Uint32Array(this.memory.buffer);
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
    const { target, body } = request;
    const method = methods.indexOf(request.method);
    const headers = method < 0 ? `${request.headers}:method:${request.method}\n` : request.headers;
    const bodyBytes = body === undefined ? 0 : body.length;
    // UTF-8 takes at most three bytes for a UTF-16 unit.
    this.reserve(recordHeaderBytes + 3 * (target.length + headers.length) + bodyBytes);
    const start = this.block[at.request]!;
    const targetAt = start + recordHeaderBytes;
    const headersAt = this.writeText(target, targetAt);
    const bodyAt = this.writeText(headers, headersAt);
    if (body !== undefined) this.memory.set(body, bodyAt);
    const record = start >> 2;
    this.words[record] = method < 0 ? methods.length : method;
    this.words[record + 1] = headersAt - targetAt;
    this.words[record + 2] = bodyAt - headersAt;
    this.words[record + 3] = bodyBytes;
    this.binding.handle(bodyAt + bodyBytes - start, nowMs);
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
    return this.block[at.pending] !== 0;
  }

  /**
   * Closes the waiting transactions into one frame; its bytes, or undefined if there are none. Requests may be
   * handled while the frame is on its way; the next is sealed when it has been confirmed.
   */
  seal(): Uint8Array | undefined {
    const size = this.binding.seal();
    this.refresh();
    return size === 0 ? undefined : this.answer();
  }

  /** The sealed frame is durable. */
  confirm(): void {
    this.binding.confirm();
    this.refresh();
  }

  /** The sealed frame was refused: it is undone, and so is all that was handled since. */
  revert(): void {
    this.binding.revert();
    this.refresh();
  }

  replayBegin(): void {
    this.binding.replayBegin();
    this.refresh();
  }

  /** Throws the core's sentence on a fault. */
  replay(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.memory.set(bytes, this.block[at.request]);
    const result = this.binding.replay(bytes.length);
    this.refresh();
    if (result !== 0) throw new Error(decoder.decode(this.answer()));
  }

  /** `last`: the newest segment, whose torn tail may be cut. Throws the core's sentence on a fault. */
  replayEnd(last: boolean): { cut: boolean; validBytes: number } {
    const result = this.binding.replayEnd(last);
    this.refresh();
    if (result === 1) throw new Error(decoder.decode(this.answer()));
    return { cut: result === 2, validBytes: Number(this.wide(at.valid)) };
  }

  segmentHeader(): Uint8Array {
    this.binding.segmentHeader();
    this.refresh();
    return this.answer();
  }

  snapshotBegin(): void {
    this.binding.snapshotBegin();
    this.refresh();
  }

  /** The next slice of about `bytes`, undefined at the end. Nothing may be pending or on its way. */
  snapshotNext(bytes: number): Uint8Array | undefined {
    const size = this.binding.snapshotNext(bytes);
    this.refresh();
    return size === 0 ? undefined : this.answer();
  }

  get position(): Position {
    return { sequence: this.wide(at.sequence), hash: this.wide(at.hash) };
  }

  /** When `tick` has something to do, ms since 1970; 0 for never. */
  get wakeMs(): number {
    return this.block[at.wake]! + this.block[at.wake + 1]! * 2 ** 32;
  }

  /** What the memory is used for; it looks at every row, so do not ask often. */
  memoryUse(): MemoryUse {
    this.binding.memory();
    this.refresh();
    return JSON.parse(decoder.decode(this.answer())) as MemoryUse;
  }

  /** The first figure that does not follow from the records behind it, in words; empty for none. It looks at every row. */
  verify(): string {
    this.binding.verify();
    this.refresh();
    return decoder.decode(this.answer());
  }

  /** Bytes of WebAssembly memory in use. */
  get memoryBytes(): number {
    return this.module.HEAPU8.length;
  }

  close(): void {
    this.binding.delete();
  }

  private reserve(bytes: number): void {
    if (this.block[at.capacity]! >= bytes) return;
    this.binding.reserve(bytes);
    this.refresh();
  }

  /** Growth detaches every view, so each call that can allocate is followed by this. */
  private refresh(): void {
    if (this.memory.buffer === this.module.HEAPU8.buffer) return;
    this.memory = this.module.HEAPU8;
    this.words = new Uint32Array(this.memory.buffer);
    this.block = this.freshBlock();
  }

  private freshBlock(): Uint32Array {
    return new Uint32Array(this.module.HEAPU8.buffer, this.binding.exchange(), blockWords);
  }

  private wide(index: number): bigint {
    return (BigInt(this.block[index + 1]!) << 32n) | BigInt(this.block[index]!);
  }

  /** Writes text as UTF-8 and returns where it ends. Targets and headers are nearly always ASCII. */
  private writeText(text: string, begin: number): number {
    const { memory } = this;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return begin + encoder.encodeInto(text, memory.subarray(begin)).written;
      memory[begin + i] = unit;
    }
    return begin + text.length;
  }

  /** A copy of what the last call wrote. */
  private answer(): Uint8Array {
    const start = this.block[at.answer]!;
    return this.memory.slice(start, start + this.block[at.size]!);
  }

  private readResponse(): EngineResponse {
    this.refresh();
    const record = this.block[at.answer]! >> 2;
    const headersAt = (record << 2) + recordHeaderBytes;
    const bodyAt = headersAt + this.words[record + 1]!;
    return {
      status: this.words[record]!,
      headers: this.readHeaders(headersAt, bodyAt),
      body: this.copy(bodyAt, bodyAt + this.words[record + 2]!),
    };
  }

  private readHeaders(begin: number, end: number): readonly string[] {
    if (this.isKeptHeaderBlock(begin, end)) return this.headers;
    const block = this.memory.subarray(begin, end);
    this.headerBlockBytes = block.length > keptHeaderBytes ? 0 : block.length;
    if (this.headerBlockBytes > 0) this.headerBlock.set(block);
    const text = decoder.decode(block);
    const headers: string[] = [];
    for (let line = 0; line < text.length; ) {
      const colon = text.indexOf(': ', line);
      const lineEnd = text.indexOf('\n', colon);
      headers.push(text.slice(line, colon), text.slice(colon + 2, lineEnd));
      line = lineEnd + 1;
    }
    this.headers = headers;
    return headers;
  }

  private isKeptHeaderBlock(begin: number, end: number): boolean {
    const { headerBlock, memory } = this;
    if (end === begin || this.headerBlockBytes !== end - begin) return false;
    for (let i = this.headerBlockBytes - 1; i >= 0; i--) {
      if (headerBlock[i] !== memory[begin + i]) return false;
    }
    return true;
  }

  /** A copy of memory, small ones out of the pool. */
  private copy(begin: number, end: number): Uint8Array {
    const size = end - begin;
    if (size > poolBytes / 4) return this.memory.slice(begin, end);
    if (this.poolUsed + size > this.pool.length) {
      this.pool = new Uint8Array(poolBytes);
      this.poolUsed = 0;
    }
    const bytes = this.pool.subarray(this.poolUsed, this.poolUsed + size);
    this.poolUsed += size;
    bytes.set(this.memory.subarray(begin, end));
    return bytes;
  }
}
