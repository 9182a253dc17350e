/**
 * Records golden journals: what this version writes, for every later version to open.
 * `node build/js/tests/golden/record.js tests/golden/v<format version> NAME`, where NAME is one of the recordings
 * below. What is recorded is never recorded again; new kinds of rows get a recording of their own.
 */

import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadEngine } from '../../js-host/engine/load.js';
import { FileJournal } from '../../js-host/journal/file.js';
import { Runtime } from '../../js-host/runtime/runtime.js';
import { answersOf, isJournalFile } from './golden.js';

const seed = 20241215n;
let nowMs = Date.UTC(2024, 11, 15, 12);

const ref = (key: string, value: string): object => ({ identifiers: { [key]: value } });
const order = (lines: object[], more: object = {}): object => ({
  supplier: ref('com.acme.company-id', 'ACME-RETAIL'),
  customer: ref('com.acme.customer-id', 'CUST-001'),
  sellers: [ref('com.acme.store-id', 'WAREHOUSE-MAIN')],
  currency: ref('currencyCode', 'SEK'),
  items: lines,
  ...more,
});
const line = (sku: string, quantity: number, more: object = {}): object => ({
  product: ref('com.acme.sku', sku),
  quantity,
  ...more,
});
const payment = (transactionId: string, amount: string): object => ({
  createPayment: {
    transactionId,
    timestamp: '2024-12-15T12:00:00Z',
    method: ref('methodId', 'com.heads.card'),
    currency: ref('currencyCode', 'SEK'),
    amount,
  },
});

const orderPath = (name: string): string => `/v1/trade-orders/com.acme.order-id=${name}`;

/** Every kind of row and change, before and after the snapshot. */
const before: [method: string, target: string, body: object][] = [
  ['PUT', orderPath('G-1'), order([line('WIDGET-001', 2), line('GADGET-002', 1, { unitAmountExclVat: '12.345' })])],
  ['PATCH', `${orderPath('G-1')}/actions`, { changeDeliveryAddress: { line1: 'Åsögatan 1', countryCode: 'SE' } }],
  ['PATCH', `${orderPath('G-1')}/actions`, { ...payment('G-TX-1', '500'), tryApprove: true, createShipment: true }],
  ['PUT', orderPath('G-2'), order([line('PREMIUM-WIDGET', 3)], { reservedUntil: '2024-12-15T18:00:00Z' })],
  ['PUT', orderPath('G-3'), order([line('ACCESSORY-PACK', 1)], { actions: { tryApprove: true } })],
  ['PATCH', `${orderPath('G-3')}/actions`, { tryCancel: true }],
  ['PUT', orderPath('G-4'), order([line('WIDGET-001', 1)])],
  ['DELETE', orderPath('G-4'), {}],
  ['PUT', '/v1/products/com.acme.sku=G-P', { name: 'Blå vante 🧤', gtin: ['735000000001'], keywords: 'vante ' }],
  [
    'PUT',
    '/v1/prices/com.acme.price-id=G-P',
    { products: [ref('com.acme.sku', 'G-P')], amount: '0.000001', from: '2024-01-01', currency: ref('currencyCode', 'JPY') },
  ],
  ['DELETE', '/v1/prices/com.acme.price-id=SOLD-OUT-001', {}],
  [
    'PUT',
    '/v1/shipment-orders/com.acme.shipment-id=G-S',
    {
      sender: ref('com.acme.store-id', 'STORE-CENTRAL'),
      receiver: ref('com.acme.customer-id', 'CUST-002'),
      destination: { '@type': 'place', effectiveAddress: { line1: 'Storgatan 1', countryCode: 'SE' } },
      items: [line('IPHONE-16-PRO', 1), line('CASE-IPHONE-16', 2)],
    },
  ],
  ['PATCH', '/v1/shipment-orders/com.acme.shipment-id=G-S/actions', { release: true }],
];
const refused = order([line('WIDGET-001', 1)], { actions: payment('G-TX-5', '-0') });
const after: typeof before = [
  ['PUT', orderPath('G-5'), refused],
  ['PUT', orderPath('G-5'), order([line('WIDGET-001', 1)], { actions: payment('G-TX-5', '248.75') })],
  ['PATCH', `${orderPath('G-5')}/actions`, payment('G-TX-6', '-100.00')],
  ['PATCH', orderPath('G-2'), { reservedUntil: null, suppliersId: 'S-2' }],
];

/** Runs requests on the journal in `directory`, one frame each. */
async function run(directory: string, requests: typeof before, snapshotBytes: number): Promise<Runtime> {
  const journal = await FileJournal.open({ directory });
  const runtime = await Runtime.open({ journal, engine: await loadEngine(seed), now: () => nowMs, snapshotBytes });
  for (const [method, target, body] of requests) {
    nowMs += 60_000;
    const { status, body: answer } = await runtime.request({ method, target, headers: '', body: Buffer.from(JSON.stringify(body)) });
    if (status >= 400 && body !== refused) throw new Error(`${method} ${target}: ${Buffer.from(answer).toString()}`);
  }
  return runtime;
}

async function keep(directory: string, target: string, runtime: Runtime): Promise<void> {
  const answers = await answersOf(runtime);
  await runtime.close();
  await mkdir(target, { recursive: true });
  for (const name of (await readdir(directory)).filter(isJournalFile)) {
    await copyFile(path.join(directory, name), path.join(target, name));
  }
  await writeFile(path.join(target, 'answers.json'), `${JSON.stringify(answers, null, 2)}\n`);
}

/** What came with returns, serial numbers, carriers and counts. */
const domain: typeof before = [
  ['PUT', '/v1/return-reasons/com.acme.reason-id=G-R', { name: 'Regret', usedForReturns: true }],
  ['PUT', '/v1/labels/com.acme.label-id=G-L', { title: 'Gift', applicableOnlyTo: ['TradeOrder'] }],
  ['PUT', '/v1/product-groups/com.acme.group-id=G-G', { name: 'Group', defaultVatCode: ref('percentage', '12') }],
  ['PUT', '/v1/products/com.acme.sku=G-Q', { name: 'Grouped', parentGroup: ref('com.acme.group-id', 'G-G'), keywords: 'a b' }],
  [
    'POST',
    '/v1/trade-relationships',
    {
      supplierAgent: ref('com.acme.company-id', 'ACME-RETAIL'),
      customerAgent: ref('com.acme.customer-id', 'CUST-004'),
      allowsBackOrder: true,
      intervalStart: '2024-01-01',
    },
  ],
  [
    'PUT',
    orderPath('G-D1'),
    order(
      [
        line('WIDGET-001', 3, { identifiers: { 'com.acme.line': 'G-D1-1' } }),
        { product: ref('com.acme.sku', 'PREMIUM-WIDGET'), productInstances: [{ serialNumber: 'C-1', domain: { color: 'red' } }, { quantity: 2 }] },
      ],
      { labels: [ref('com.acme.label-id', 'G-L')], reservedUntil: '2024-12-15T18:00:00Z', actions: { tryApprove: true } },
    ),
  ],
  [
    'PUT',
    '/v1/shipment-orders/com.acme.shipment-id=G-D',
    {
      sender: ref('com.acme.store-id', 'WAREHOUSE-MAIN'),
      receiver: ref('com.acme.store-id', 'STORE-001'),
      destination: ref('com.acme.place-id', 'STORE-001-STOCK'),
      items: [{ orderItem: ref('com.acme.line', 'G-D1-1'), quantity: 2 }, line('GADGET-002', 1)],
    },
  ],
  ['PATCH', '/v1/shipment-orders/com.acme.shipment-id=G-D/actions', { release: true }],
  [
    'POST',
    '/v1/shipment-orders/com.acme.shipment-id=G-D/records',
    { identifiers: { 'com.acme.event-id': 'G-E' }, actions: { acquire: {} }, carriersTrackingUrl: 'https://carrier.example/1' },
  ],
  [
    'PATCH',
    `${orderPath('G-D1')}/actions`,
    {
      commitReturn: {
        items: [{ ...ref('com.acme.line', 'G-D1-1'), returnParameters: { reason: ref('com.acme.reason-id', 'G-R'), internalNotes: 'n' } }],
      },
      fulfillReturn: { items: [{ ...ref('com.acme.line', 'G-D1-1'), quantity: 1 }] },
    },
  ],
  [
    'POST',
    '/v1/stock-entries',
    {
      identifiers: { 'com.acme.count-id': 'G-C' },
      timestamp: '2024-12-15T11:00:00Z',
      entries: [{ product: ref('com.acme.sku', 'WIDGET-001'), place: ref('com.acme.place-id', 'ACME-RETAIL-STOCK'), physicalQuantity: 7 }],
    },
  ],
];

const recordings: Record<string, (target: string, directory: string) => Promise<void>> = {
  async basics(target, directory) {
    await keep(directory, path.join(target, 'journal'), await run(directory, before, Infinity));
    const snapshot = await run(directory, [['PATCH', orderPath('G-1'), { customersId: 'C-1' }]], 1);
    await snapshot.close(); // with the snapshot that was due
    await keep(directory, path.join(target, 'snapshot'), await run(directory, after, Infinity));
  },
  async domain(target, directory) {
    await keep(directory, path.join(target, 'domain'), await run(directory, domain, Infinity));
  },
};

const [target, name] = process.argv.slice(2);
const record = recordings[name ?? ''];
if (target === undefined || record === undefined) {
  throw new Error(`Say where to, and what: tests/golden/v<format version> ${Object.keys(recordings).join('|')}`);
}
const directory = await mkdtemp(path.join(tmpdir(), 'waybill-golden-'));
await record(target, directory);
await rm(directory, { recursive: true });
