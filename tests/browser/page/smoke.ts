/**
 * Runs the guide's first order on the engine in this page and shows what came out as JSON in
 * `#result`. It speaks the exchange of docs/formats/exchange.md itself: what is tried here is the
 * WebAssembly module under the page's Content-Security-Policy.
 */

interface WasmEngine {
  exchange(): number;
  reserve(bytes: number): void;
  handle(size: number, nowMs: number): void;
  loadDemo(nowMs: number): void;
  delete(): void;
}

interface WasmModule {
  Engine: new (seed: string) => WasmEngine;
  HEAPU8: Uint8Array;
}

/** The two ways to hand over the module. */
interface FactoryOptions {
  wasmBinary?: ArrayBuffer;
  instantiateWasm?: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ) => object;
}

type Factory = (options: FactoryOptions) => Promise<WasmModule>;

interface Answer {
  status: number;
  body: unknown;
}

/** What the test reads from the page. */
export interface SmokeResult {
  created?: Answer;
  paid?: Answer;
  read?: Answer;
  error?: string;
}

const methods = { GET: 0, PUT: 3, PATCH: 4 };
const demoMs = Date.UTC(2024, 11, 1);
const orderMs = Date.UTC(2024, 11, 15, 14, 32);

const orderTarget = '/v1/trade-orders/com.acme.order-id=WEB-2024-123456';
const currency = { identifiers: { currencyCode: 'SEK' } };
const order = {
  identifiers: { 'com.acme.order-id': 'WEB-2024-123456', 'com.acme.channel': 'webshop' },
  supplier: { identifiers: { 'com.acme.company-id': 'ACME-RETAIL' } },
  customer: { identifiers: { 'com.acme.customer-id': 'CUST-001' } },
  sellers: [{ identifiers: { 'com.acme.store-id': 'WAREHOUSE-MAIN' } }],
  currency,
  items: [{ product: { identifiers: { 'com.acme.sku': 'WIDGET-001' } }, quantity: 2 }],
};
const payment = {
  createPayment: {
    transactionId: 'STRIPE-PI-abc123xyz',
    timestamp: '2024-12-15T14:32:00Z',
    method: { identifiers: { methodId: 'com.heads.card' } },
    currency,
    amount: 497.5,
  },
};

/** Fetched as bytes, for the glue to compile. */
async function handOverBytes(): Promise<FactoryOptions> {
  const response = await fetch('waybill.wasm');
  return { wasmBinary: await response.arrayBuffer() };
}

/** Compiled here while it arrives, as a page does that shares one module among workers. */
async function handOverModule(): Promise<FactoryOptions> {
  const module = await WebAssembly.compileStreaming(fetch('waybill.wasm'));
  return {
    instantiateWasm(imports, done) {
      void WebAssembly.instantiate(module, imports).then((instance) => done(instance, module));
      return {}; // the exports follow through `done`
    },
  };
}

async function loadModule(): Promise<WasmModule> {
  const asModule = new URLSearchParams(location.search).get('handover') === 'module';
  const glueUrl = new URL('waybill.js', location.href).href;
  const glue = (await import(glueUrl)) as { default: Factory };
  return glue.default(await (asModule ? handOverModule() : handOverBytes()));
}

/** A request record. */
function encode(method: keyof typeof methods, target: string, body: unknown): Uint8Array {
  const text = new TextEncoder();
  const parts = [
    text.encode(target),
    text.encode('content-type:application/json\n'),
    text.encode(body === undefined ? '' : JSON.stringify(body)),
  ];
  const sizes = parts.map((part) => part.length);
  const head = new Uint8Array(Uint32Array.of(methods[method], ...sizes).buffer);
  return new Uint8Array([head, ...parts].flatMap((part) => Array.from(part)));
}

/** Runs one request; views are taken anew after each call, because memory may have grown. */
function run(
  module: WasmModule,
  engine: WasmEngine,
  method: keyof typeof methods,
  target: string,
  body?: unknown,
): Answer {
  const block = () => new DataView(module.HEAPU8.buffer, engine.exchange(), 64);
  const record = encode(method, target, body);
  engine.reserve(record.length);
  module.HEAPU8.set(record, block().getUint32(0, true));
  engine.handle(record.length, orderMs);
  const start = block().getUint32(8, true);
  const answer = module.HEAPU8.slice(start, start + block().getUint32(12, true));
  const head = new DataView(answer.buffer);
  const json = new TextDecoder().decode(answer.subarray(16 + head.getUint32(4, true)));
  return { status: head.getUint32(0, true), body: JSON.parse(json) };
}

async function runFirstOrder(): Promise<SmokeResult> {
  const module = await loadModule();
  const engine = new module.Engine('20241215');
  engine.loadDemo(demoMs);
  const result = {
    created: run(module, engine, 'PUT', orderTarget, order),
    paid: run(module, engine, 'PATCH', `${orderTarget}/actions`, payment),
    read: run(module, engine, 'GET', `${orderTarget}~with(totalAmount,balanceAmount,payments)`),
  };
  engine.delete();
  return result;
}

const output = document.getElementById('result')!;
const result = await runFirstOrder().catch((error: unknown): SmokeResult => ({ error: String(error) }));
output.textContent = JSON.stringify(result, null, 2);
output.dataset.ready = 'true';
