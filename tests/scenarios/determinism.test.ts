/**
 * The same seeded random requests to the native core and to the wasm: every answer and every frame
 * must be the same bytes (design, decision 1), and so must what their journals replay to.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoTimeMs } from '../../js-host/runtime/runtime.js';
import { openNative, openWasm } from './engines.js';
import type { Engine } from './engines.js';
import { decodeResponse, encodeRequest } from './exchange.js';
import { startMs } from './runner.js';
import { Random, Traffic } from './traffic.js';

const requests = 5000;
const engineSeed = 7;

/** What the traffic must come across, or it tests less than it seems to. */
const expectedStatuses = [200, 201, 204, 400, 404, 405, 406, 409, 415];

/** `WAYBILL_SEED=N` runs one seed alone, to see a failure again. */
const seeds = process.env['WAYBILL_SEED'] === undefined ? [1, 2] : [Number(process.env['WAYBILL_SEED'])];

for (const seed of seeds) {
  test(`native and wasm answer ${requests} requests alike (WAYBILL_SEED=${seed})`, async () => {
    const pair = await Pair.open();
    try {
      await run(pair, seed);
      await pair.replay();
    } finally {
      await pair.close();
    }
  });
}

async function run(pair: Pair, seed: number): Promise<void> {
  const random = new Random(seed);
  const traffic = new Traffic(random, startMs);
  const counts = new Map<number, number>();
  let nowMs = startMs;
  await pair.both('loadDemo', (engine) => engine.loadDemo(demoTimeMs));
  await pair.commit();
  for (let index = 0; index < requests; index += 1) {
    nowMs += traffic.pauseMs();
    const request = traffic.next();
    const what = `request ${index}: ${request.method} ${String(request.target)}`;
    const wakeMs = pair.same(`wake before ${what}`, (engine) => engine.wakeMs());
    if (wakeMs !== 0 && wakeMs <= nowMs) await pair.both('tick', (engine) => engine.tick(nowMs));
    const record = encodeRequest(request);
    const response = decodeResponse(await pair.bytes(what, (engine) => engine.handle(record, nowMs)));
    traffic.observe(request, response);
    counts.set(response.status, (counts.get(response.status) ?? 0) + 1);
    if (random.once(40)) await pair.revert();
    else if (random.once(3)) await pair.commit();
  }
  await pair.commit();
  for (const status of expectedStatuses) {
    assert.ok((counts.get(status) ?? 0) >= 5, `too few answers of status ${status}: ${[...counts].join(' ')}`);
  }
}

/** Two engines that must not differ. */
class Pair {
  private readonly journal: Buffer[] = [];

  private constructor(
    private native: Engine,
    private wasm: Engine,
  ) {}

  static async open(): Promise<Pair> {
    const pair = new Pair(await openNative(engineSeed), await openWasm(engineSeed));
    pair.journal.push(await pair.bytes('segment header', (engine) => engine.segmentHeader()));
    return pair;
  }

  async both(what: string, call: (engine: Engine) => Promise<void>): Promise<void> {
    await call(this.native).catch((error: unknown) => assert.fail(`native, ${what}: ${String(error)}`));
    await call(this.wasm).catch((error: unknown) => assert.fail(`wasm, ${what}: ${String(error)}`));
  }

  /** What both answered. */
  async bytes(what: string, call: (engine: Engine) => Promise<Buffer>): Promise<Buffer> {
    const answers: Buffer[] = [];
    await this.both(what, async (engine) => void answers.push(await call(engine)));
    const [native = Buffer.alloc(0), wasm = Buffer.alloc(0)] = answers;
    if (!native.equals(wasm)) {
      assert.fail(`${what}\n--- native\n${native.toString('latin1')}\n--- wasm\n${wasm.toString('latin1')}`);
    }
    return native;
  }

  same(what: string, read: (engine: Engine) => number): number {
    const [native, wasm] = [read(this.native), read(this.wasm)];
    assert.equal(wasm, native, what);
    return native;
  }

  async commit(): Promise<void> {
    const frame = await this.bytes(`frame ${this.journal.length}`, (engine) => engine.seal());
    if (frame.length === 0) return;
    this.journal.push(frame);
    await this.both('confirm', (engine) => engine.confirm());
  }

  /** As if the journal had refused the frame. */
  async revert(): Promise<void> {
    const frame = await this.bytes('refused frame', (engine) => engine.seal());
    if (frame.length > 0) await this.both('revert', (engine) => engine.revert());
  }

  /** Opens both again from the journal; what they hold is what they held. */
  async replay(): Promise<void> {
    const before = await this.contents();
    await this.close();
    this.native = await openNative(engineSeed + 1);
    this.wasm = await openWasm(engineSeed + 1);
    await this.both('replay', (engine) => engine.replay(Buffer.concat(this.journal)));
    assert.deepEqual(await this.contents(), before);
  }

  async close(): Promise<void> {
    await this.both('close', (engine) => engine.close());
  }

  /** Everything that can be read, at an instant after all expiries. */
  private async contents(): Promise<string[]> {
    const targets = [
      '/v1/trade-orders~with(totalAmount,balanceAmount,payments,shipments,deliveryAddresses,items~with(statusDetails))',
      '/v1/shipment-orders~with(records)',
      '/v1/payment-orders',
      '/v1/products~with(stockLevels)',
      '/v1/stock-adjustments~with(items)',
    ];
    const contents: string[] = [];
    for (const target of targets) {
      const record = encodeRequest({ method: 'GET', target, headers: [], body: undefined });
      const answer = await this.bytes(target, (engine) => engine.handle(record, startMs + 10 * 365 * 86_400_000));
      assert.equal(decodeResponse(answer).status, 200, target);
      contents.push(answer.toString('latin1'));
    }
    return contents;
  }
}
