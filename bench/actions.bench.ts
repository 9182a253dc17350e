/**
 * What happens to orders after they were made, in process and over HTTP: approval, payment, shipment, release,
 * reservation, expiry, return and cancellation, each beside the creation of the orders it acts on; 10,000
 * reservations that end at one instant; an order of 1,000 lines; 100,000 orders of one hot product.
 * Medians over slices of 1,000 in process; every ratio is within this run.
 * Arguments pick the parts: actions, expiry, lines, hot, http.
 */

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import type { Engine, EngineRequest } from '../js-host/engine/engine.js';
import { loadEngine } from '../js-host/engine/load.js';
import { demoTimeMs } from '../js-host/runtime/runtime.js';
import { orderBody, orderTarget, paymentBody } from './support/guide.js';
import { start } from './support/server.js';
import { median, wrk } from './support/wrk.js';

const slice = 1_000;
const slices = 20;
const groupSize = 64; // transactions of one frame
const reference = (key: string, value: string): object => ({ identifiers: { [key]: value } });

/** An engine with the demo data and plenty of stock, which runs requests in groups as the runtime does. */
class Shop {
  private nowMs = demoTimeMs;

  private constructor(readonly engine: Engine) {}

  static async open(): Promise<Shop> {
    const engine = await loadEngine(1n);
    engine.segmentHeader();
    engine.loadDemo(demoTimeMs);
    const shop = new Shop(engine);
    shop.send([
      request('POST', '/v1/stock-adjustments', stockBody()),
      request('POST', '/v1/return-reasons', { identifiers: { 'com.acme.reason-id': 'BENCH' }, name: 'Bench' }),
    ]);
    return shop;
  }

  /** Microseconds per request, by slice. */
  send(requests: EngineRequest[]): number[] {
    const times: number[] = [];
    for (let from = 0; from < requests.length; from += slice) {
      const count = Math.min(slice, requests.length - from);
      const begin = performance.now();
      for (let i = 0; i < count; i++) {
        const { status, body } = this.engine.handle(requests[from + i]!, this.nowMs);
        if (status >= 300) throw new Error(Buffer.from(body).toString());
        if (i % groupSize === groupSize - 1) this.commit();
      }
      this.commit();
      times.push(((performance.now() - begin) * 1000) / count);
    }
    return times;
  }

  read(target: string): unknown {
    const { status, body } = this.engine.handle({ method: 'GET', target, headers: '', body: undefined }, this.nowMs);
    const text = Buffer.from(body).toString();
    if (status !== 200) throw new Error(text);
    return JSON.parse(text) as unknown;
  }

  /** Moves the clock; milliseconds that what is due then takes. */
  advance(ms: number): number {
    this.nowMs += ms;
    const begin = performance.now();
    this.engine.tick(this.nowMs);
    const took = performance.now() - begin;
    this.commit();
    return took;
  }

  at(ms: number): string {
    return new Date(this.nowMs + ms).toISOString();
  }

  private commit(): void {
    if (!this.engine.pending) return;
    this.engine.seal();
    this.engine.confirm();
  }
}

function request(method: string, target: string, body: object): EngineRequest {
  return { method, target, headers: '', body: Buffer.from(JSON.stringify(body)) };
}

function stockBody(): object {
  return {
    timestamp: '2024-12-01T00:00:00Z',
    items: [
      {
        product: reference('com.acme.sku', 'WIDGET-001'),
        place: reference('com.acme.place-id', 'WAREHOUSE-MAIN-STOCK'),
        reason: reference('com.acme.reason-id', 'RECEIVED'),
        quantity: 1_000_000_000,
      },
    ],
  };
}

function orders(prefix: string, count: number): EngineRequest[] {
  return Array.from({ length: count }, (_, i) => {
    const id = `${prefix}-${i}`;
    return { method: 'PUT', target: orderTarget(id), headers: '', body: orderBody(id) };
  });
}

/** One request for each order. */
function each(prefix: string, count: number, part: string, body: (i: number) => object): EngineRequest[] {
  return Array.from({ length: count }, (_, i) => request('PATCH', orderTarget(`${prefix}-${i}`) + part, body(i)));
}

function keysOf(shop: Shop, query: string): string[] {
  return (shop.read(query) as { identifiers: { key: string } }[]).map((row) => row.identifiers.key);
}

const us = (value: number): string => `${value.toFixed(2)} µs`;

/** A table of what each action costs beside the creation of the orders. */
function actions(shop: Shop, prefix: string, told: boolean): void {
  const count = slice * slices;
  const created = median(shop.send(orders(prefix, count)).slice(1));
  if (told) console.log(`create an order of one line: ${us(created)}`);
  const tell = (title: string, times: number[]): void => {
    const cost = median(times.slice(1));
    if (told) console.log(`  ${title}: ${us(cost)}, ${(cost / created).toFixed(2)} times (asked: at most 1.5)`);
  };
  tell('reserve', shop.send(each(prefix, count, '', () => ({ reservedUntil: shop.at(600_000) }))));
  tell('release the reservation', shop.send(each(prefix, count, '', () => ({ reservedUntil: null }))));
  tell('reserve again', shop.send(each(prefix, count, '', () => ({ reservedUntil: shop.at(600_000) }))));
  tell('approve a reserved order', shop.send(each(prefix, count, '/actions', () => ({ tryApprove: true }))));
  const pay = (i: number): object => JSON.parse(paymentBody(`${prefix}-${i}`).toString()) as object;
  tell('pay', shop.send(each(prefix, count, '/actions', pay)));
  tell('ship', shop.send(each(prefix, count, '/actions', () => ({ createShipment: true }))));
  const shipments = keysOf(shop, `/v1/shipment-orders~where(status=New)~just(identifiers)`);
  const release = shipments.map((key) => request('PATCH', `/v1/shipment-orders/${key}/actions`, { release: true }));
  tell('release the shipment', shop.send(release));
  const acquire = shipments.map((key) =>
    request('POST', `/v1/shipment-orders/${key}/records`, { actions: { acquire: {} } }),
  );
  tell("the carrier's report", shop.send(acquire));
  const lines = keysOf(shop, `/v1/trade-order-items~where(status=Fulfilled)~just(identifiers)`);
  const item = (i: number, terms: object): object => ({ items: [{ identifiers: { key: lines[i] }, ...terms }] });
  const reason = { returnParameters: { reason: reference('com.acme.reason-id', 'BENCH') } };
  tell('take a return on', shop.send(each(prefix, count, '/actions', (i) => ({ commitReturn: item(i, reason) }))));
  tell('take it back', shop.send(each(prefix, count, '/actions', (i) => ({ fulfillReturn: item(i, {}) }))));
  const others = `${prefix}-x`;
  shop.send(orders(others, count));
  tell('approve a new order', shop.send(each(others, count, '/actions', () => ({ tryApprove: true }))));
  tell('cancel', shop.send(each(others, count, '/actions', () => ({ tryCancel: true }))));
}

function expiry(shop: Shop): void {
  const took: number[] = [];
  for (let run = 0; run < 5; run++) {
    const count = 10_000;
    shop.send(orders(`E-${run}`, count));
    shop.send(each(`E-${run}`, count, '', () => ({ reservedUntil: shop.at(60_000) })));
    took.push(shop.advance(60_000));
  }
  console.log(`10,000 reservations end at one instant: ${median(took).toFixed(0)} ms (asked: under 100)`);
}

function lines(shop: Shop): void {
  const created: number[] = [];
  const acted = new Map<string, number[]>();
  const one = (title: string, requests: EngineRequest[]): void => {
    acted.set(title, [...(acted.get(title) ?? []), shop.send(requests)[0]!]);
  };
  for (let run = 0; run < 30; run++) {
    const id = `L-${run}`;
    const body = JSON.parse(orderBody(id).toString()) as { items: object[] };
    body.items = Array.from({ length: 1_000 }, () => body.items[0]!);
    created.push(shop.send([request('PUT', orderTarget(id), body)])[0]!);
    const act = (part: object): EngineRequest[] => [request('PATCH', `${orderTarget(id)}/actions`, part)];
    one('reserve', [request('PATCH', orderTarget(id), { reservedUntil: shop.at(60_000) })]);
    one('approve', act({ tryApprove: true }));
    one('pay', act(JSON.parse(paymentBody(id).toString()) as object));
    one('ship', act({ createShipment: true }));
    const [key] = keysOf(shop, `${orderTarget(id)}/shipments~just(identifiers)`);
    one('release', [request('PATCH', `/v1/shipment-orders/${key}/actions`, { release: true })]);
  }
  const made = median(created);
  console.log(`create an order of 1,000 lines: ${(made / 1000).toFixed(2)} ms`);
  for (const [title, times] of acted) {
    const cost = median(times);
    console.log(`  ${title}: ${(cost / 1000).toFixed(2)} ms, ${(cost / made).toFixed(2)} times (asked: at most 1.5)`);
  }
}

/** Orders of one product, each created and approved at once. */
async function hot(): Promise<void> {
  const run = (shop: Shop, prefix: string, count: number): number[] =>
    shop.send(
      Array.from({ length: count }, (_, i) => {
        const id = `${prefix}-${i}`;
        const body = JSON.parse(orderBody(id).toString()) as object;
        return request('PUT', orderTarget(id), { ...body, actions: { tryApprove: true } });
      }),
    );
  const warm = await Shop.open();
  run(warm, 'H', 30_000);
  warm.engine.close();
  const early: number[] = [];
  for (let i = 0; i < 7; i++) {
    const shop = await Shop.open();
    early.push(run(shop, 'H', 2 * slice)[1]!);
    shop.engine.close();
  }
  const shop = await Shop.open();
  const late = median(run(shop, 'H', 100_000).slice(-7));
  const first = median(early);
  console.log(
    `create and approve orders of one product: the 1,000th ${us(first)}, the 100,000th ${us(late)}: ` +
      `${(late / first).toFixed(2)} times (asked: at most 1.2)`,
  );
  shop.engine.close();
}

const rounds = 7;
const roundSeconds = 2;
const actSeconds = 30; // at most: it ends when it is through

/** Over HTTP, durable: wrk acts once on each of the orders that it has just made. */
async function http(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'waybill-bench-'));
  const { child, url } = await start('js-host/cli/waybill.js', ['serve', '--port', '0', '--data', path.join(folder, 'data')]);
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${url}/v1/stock-adjustments`, { method: 'POST', headers, body: JSON.stringify(stockBody()) });
  if (answer.status !== 201) throw new Error(await answer.text());
  const file = (name: string): string => path.join(folder, name);
  await writeFile(file('order.json'), orderBody('{id}'));
  const rates = new Map<string, number[]>();
  const keep = (title: string, rate: number): void => void rates.set(title, [...(rates.get(title) ?? []), rate]);
  const act = async (title: string, targets: string[], body: object): Promise<void> => {
    await writeFile(file('targets'), targets.join('\n'));
    await writeFile(file('body.json'), JSON.stringify(body));
    keep(title, await wrk(url, ['act', file('targets'), file('body.json')], actSeconds));
  };
  await wrk(url, ['order', 'WARM-', file('order.json')], 5); // V8 compiles while it runs
  for (let round = 0; round < rounds; round++) {
    const prefix = `R-${round}-`;
    keep('create', await wrk(url, ['order', prefix, file('order.json')], roundSeconds));
    const query = `${url}/v1/trade-orders~where(status=New)~orderBy(timestamp:desc)~take(8000)~just(identifiers)`;
    const made = (await (await fetch(query)).json()) as { identifiers: { key: string } }[];
    const targets = made.map(({ identifiers }) => `/v1/trade-orders/${identifiers.key}`);
    const actions = targets.map((target) => `${target}/actions`);
    await act('reserve', targets, { reservedUntil: new Date(Date.now() + 3_600_000).toISOString() });
    await act('approve', actions, { tryApprove: true });
    const payment = JSON.parse(paymentBody('{id}').toString()) as object;
    await act('pay', actions, payment);
    await act('ship', actions, { createShipment: true });
    const shipped = (await (
      await fetch(`${url}/v1/shipment-orders~where(status=New)~just(identifiers)`)
    ).json()) as { identifiers: { key: string } }[];
    await act('release', shipped.map(({ identifiers }) => `/v1/shipment-orders/${identifiers.key}/actions`), { release: true });
  }
  const made = median(rates.get('create') ?? []);
  console.log(`durable over HTTP, create: ${Math.round(made)}/s`);
  for (const [title, values] of rates) {
    if (title !== 'create') {
      const rate = median(values);
      console.log(`  ${title}: ${Math.round(rate)}/s, ${(made / rate).toFixed(2)} times the time of a creation`);
    }
  }
  await expiryOverHttp(url, file);
  child.kill('SIGTERM');
  await once(child, 'exit');
  await rm(folder, { recursive: true });
}

/** How long a read waits at most, around the instant at which 10,000 reservations end. */
async function expiryOverHttp(url: string, file: (name: string) => string): Promise<void> {
  await wrk(url, ['order', 'X-', file('order.json')], 2);
  const query = `${url}/v1/trade-orders~where(status=New)~orderBy(timestamp:desc)~take(10000)~just(identifiers)`;
  const made = (await (await fetch(query)).json()) as { identifiers: { key: string } }[];
  const endsMs = Date.now() + 12_000;
  await writeFile(file('targets'), made.map(({ identifiers }) => `/v1/trade-orders/${identifiers.key}`).join('\n'));
  await writeFile(file('body.json'), JSON.stringify({ reservedUntil: new Date(endsMs).toISOString() }));
  await wrk(url, ['act', file('targets'), file('body.json')], actSeconds);
  let longest = 0;
  while (Date.now() < endsMs + 1_000) {
    const begin = performance.now();
    await (await fetch(`${url}/v1/trade-orders~where(status=Unreserved)~count`)).json();
    if (Date.now() > endsMs - 100) longest = Math.max(longest, performance.now() - begin);
  }
  console.log(`  ${made.length} reservations end: a read waits at most ${longest.toFixed(0)} ms`);
}

const wanted = new Set(process.argv.slice(2));
const isWanted = (part: string): boolean => wanted.size === 0 || wanted.has(part);

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`);
// V8 optimises WebAssembly while it runs, for all instances of a module: an engine to warm it up.
const warm = await Shop.open();
actions(warm, 'W', false);
warm.engine.close();
if (isWanted('actions')) actions(await Shop.open(), 'A', true);
if (isWanted('expiry')) expiry(await Shop.open());
if (isWanted('lines')) lines(await Shop.open());
if (isWanted('hot')) await hot();
if (isWanted('http')) await http();
