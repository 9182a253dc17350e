/**
 * The engine in process: what an order costs beside V8's own JSON, how the cost grows, memory per order,
 * and how long 100,000 orders take to open. Prints its figures; every ratio is within this run.
 */

import { cpus } from 'node:os';
import type { Engine } from '../js-host/engine/engine.js';
import { loadEngine } from '../js-host/engine/load.js';
import { demoTimeMs } from '../js-host/runtime/runtime.js';

const orders = 100_000;
const sample = 1_000;
const groupSize = 64;

const reference = (key: string, value: string): object => ({ identifiers: { [key]: value } });

/** The guide's basic order, under another number. */
function basicOrder(number: number): { target: string; body: Uint8Array } {
  const id = `WEB-${number}`;
  const order = {
    identifiers: { 'com.acme.order-id': id, 'com.acme.channel': 'webshop' },
    supplier: reference('com.acme.company-id', 'ACME-RETAIL'),
    customer: reference('com.acme.customer-id', 'CUST-001'),
    sellers: [reference('com.acme.store-id', 'WAREHOUSE-MAIN')],
    currency: reference('currencyCode', 'SEK'),
    items: [{ product: reference('com.acme.sku', 'WIDGET-001'), quantity: 2 }],
  };
  return { target: `/v1/trade-orders/com.acme.order-id=${id}`, body: Buffer.from(JSON.stringify(order)) };
}

/** Microseconds per call. */
function timed(count: number, call: (i: number) => void): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) call(i);
  return ((performance.now() - start) * 1000) / count;
}

function microseconds(value: number): string {
  return `${value.toFixed(2)} µs`;
}

/** Creates orders [from, to) in groups as the runtime does; frames go to `journal`. */
function createOrders(engine: Engine, from: number, to: number, journal: Uint8Array[]): number {
  const requests = Array.from({ length: to - from }, (_, i) => basicOrder(from + i));
  return timed(requests.length, (i) => {
    const { target, body } = requests[i]!;
    const { status } = engine.handle({ method: 'PUT', target, headers: '', body }, demoTimeMs);
    if (status !== 201) throw new Error(`the order was answered ${status}`);
    if (i % groupSize !== groupSize - 1 && i !== requests.length - 1) return;
    journal.push(engine.seal()!);
    engine.confirm();
  });
}

function jsonCost(): number {
  const text = Buffer.from(basicOrder(123456).body).toString('utf8');
  timed(20_000, () => JSON.stringify(JSON.parse(text)));
  return timed(100_000, () => JSON.stringify(JSON.parse(text)));
}

/** An engine with the demo data, and its journal so far. */
async function openDemo(): Promise<{ engine: Engine; journal: Uint8Array[] }> {
  const engine = await loadEngine(1n);
  const journal: Uint8Array[] = [engine.segmentHeader()];
  engine.loadDemo(demoTimeMs);
  journal.push(engine.seal()!);
  engine.confirm();
  return { engine, journal };
}

async function main(): Promise<void> {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`);
  const json = jsonCost();
  console.log(`V8 JSON.parse + JSON.stringify of the order: ${microseconds(json)}`);

  // V8 optimises WebAssembly while it runs, for all instances of a module: an engine to warm it up.
  createOrders((await openDemo()).engine, 0, 20_000, []);
  const { engine, journal } = await openDemo();
  createOrders(engine, 0, sample, journal);
  const early = createOrders(engine, sample, 2 * sample, journal);
  createOrders(engine, 2 * sample, orders - sample, journal);
  const late = createOrders(engine, orders - sample, orders, journal);
  console.log(`create, order 1,000 to 2,000: ${microseconds(early)}, ${(early / json).toFixed(2)} times JSON`);
  console.log(`create, the last 1,000 of ${orders}: ${microseconds(late)}, ${(late / early).toFixed(2)} times the early ones`);
  console.log(`memory: ${Math.round(engine.memoryBytes / orders)} bytes of WebAssembly memory per order, free room included`);

  const status = '/v1/trade-orders/com.acme.order-id=WEB-5000~with(status)';
  const read = timed(20_000, () => {
    engine.handle({ method: 'GET', target: status, headers: '', body: undefined }, demoTimeMs);
  });
  console.log(`status read: ${microseconds(read)}`);

  const again = await loadEngine(2n);
  const bytes = Buffer.concat(journal);
  const start = performance.now();
  again.replayBegin();
  for (let at = 0; at < bytes.length; at += 1 << 20) again.replay(bytes.subarray(at, at + (1 << 20)));
  again.replayEnd(true);
  console.log(`open ${orders} orders: ${Math.round(performance.now() - start)} ms from ${Math.round(bytes.length / orders)} bytes of journal each`);
}

await main();
