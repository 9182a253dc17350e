/**
 * The engine in process: what an order, a payment and a status read cost beside V8's own JSON and beside the
 * same code natively, how the cost grows, memory per order, and how long 100,000 orders take to open.
 * Medians over slices of 1,000; every ratio is within this run.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import type { Engine, EngineRequest } from '../js-host/engine/engine.js';
import { loadEngine } from '../js-host/engine/load.js';
import { demoTimeMs } from '../js-host/runtime/runtime.js';
import { orderBody, orderTarget, paymentBody } from './support/guide.js';
import { median } from './support/wrk.js';

const orders = 100_000;
const slice = 1_000;
const groupSize = 64; // transactions of one frame
const earlyRuns = 7;

function order(number: number): EngineRequest {
  const id = `WEB-${number}`;
  return { method: 'PUT', target: orderTarget(id), headers: '', body: orderBody(id) };
}

function payment(number: number): EngineRequest {
  const target = `${orderTarget(`WEB-${number}`)}/actions`;
  return { method: 'PATCH', target, headers: '', body: paymentBody(`T-${number}`) };
}

/** Microseconds per call. */
function timed(count: number, call: (i: number) => void): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) call(i);
  return ((performance.now() - start) * 1000) / count;
}

/** Runs requests in groups as the runtime does; frames go to `journal`. Microseconds per request, by slice. */
function run(engine: Engine, requests: EngineRequest[], journal: Uint8Array[] = []): number[] {
  const commit = (): void => {
    if (!engine.pending) return;
    journal.push(engine.seal()!);
    engine.confirm();
  };
  const times: number[] = [];
  for (let from = 0; from < requests.length; from += slice) {
    const count = Math.min(slice, requests.length - from);
    times.push(
      timed(count, (i) => {
        const { status, body } = engine.handle(requests[from + i]!, demoTimeMs);
        if (status >= 300) throw new Error(Buffer.from(body).toString());
        if (i % groupSize === groupSize - 1) commit();
      }),
    );
    commit();
  }
  return times;
}

function range<T>(from: number, to: number, make: (i: number) => T): T[] {
  return Array.from({ length: to - from }, (_, i) => make(from + i));
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

function jsonCost(): number {
  const text = orderBody('WEB-123456').toString();
  const times = range(0, 200, () => timed(slice, () => JSON.stringify(JSON.parse(text))));
  return median(times.slice(50));
}

/** The same requests through the same code, natively. */
function nativeCost(requests: EngineRequest[]): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'waybill-bench-'));
  const parts: Buffer[] = [];
  for (const { target, body } of requests) {
    const record = Buffer.alloc(20);
    const bytes = body ?? new Uint8Array();
    [16 + target.length + bytes.length, 3, target.length, 0, bytes.length].forEach((n, i) => record.writeUInt32LE(n, 4 * i));
    parts.push(record, Buffer.from(target), Buffer.from(bytes));
  }
  const file = path.join(folder, 'requests');
  writeFileSync(file, Buffer.concat(parts));
  const { stdout, stderr, status } = spawnSync('build/native-release/waybill-bench', [file], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(`waybill-bench failed: ${stderr}`);
  return Number(stdout);
}

const us = (value: number): string => `${value.toFixed(2)} µs`;
const times = (value: number): string => `${value.toFixed(2)} times`;

async function main(): Promise<void> {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`);
  const json = jsonCost();
  console.log(`V8 JSON.parse + JSON.stringify of the order: ${us(json)}`);

  // V8 optimises WebAssembly while it runs, for all instances of a module: an engine to warm it up.
  run((await openDemo()).engine, range(0, 30_000, order));
  const early: number[] = [];
  for (let i = 0; i < earlyRuns; i++) {
    const { engine } = await openDemo();
    early.push(run(engine, range(0, 2 * slice, order))[1]!);
    engine.close();
  }
  const { engine, journal } = await openDemo();
  const created = run(engine, range(0, orders, order), journal);
  const late = median(created.slice(-earlyRuns));
  const all = median(created);
  console.log(`create an order: ${us(all)}, ${times(all / json)} V8's JSON (asked: at most 3)`);
  console.log(`  the 1,000th ${us(median(early))}, the 100,000th ${us(late)}: ${times(late / median(early))} (asked: at most 1.2)`);
  const native = nativeCost(range(0, 30_000, order));
  console.log(`  natively ${us(native)}: WebAssembly takes ${times(all / native)} that`);
  const memory = Math.round(engine.memoryBytes / orders);
  console.log(`  ${memory} bytes of WebAssembly memory each, free room included (asked: at most 1024)`);
  const bytes = Buffer.concat(journal);

  const paid = median(run(engine, range(0, 20_000, payment)));
  console.log(`record a payment: ${us(paid)}`);
  const status = { method: 'GET', target: `${orderTarget('WEB-5000')}~with(status)`, headers: '', body: undefined };
  const read = median(range(0, 50, () => timed(slice, () => engine.handle(status, demoTimeMs))));
  console.log(`read a status: ${us(read)}`);

  const again = await loadEngine(2n);
  const start = performance.now();
  again.replayBegin();
  for (let at = 0; at < bytes.length; at += 1 << 20) again.replay(bytes.subarray(at, at + (1 << 20)));
  again.replayEnd(true);
  const opened = Math.round(performance.now() - start);
  console.log(`open ${orders} orders: ${opened} ms (asked: under 1000), ${Math.round(bytes.length / orders)} bytes of journal each`);
}

await main();
