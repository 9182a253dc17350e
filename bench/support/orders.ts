/**
 * The data of the query benchmark: orders like the guide's basic one, made through the engine's own API in an
 * engine without demo data. The same size gives the same orders, except for the keys that the engine gives out.
 */

import type { Engine } from '../../js-host/engine/engine.js';
import { orderTarget } from './guide.js';

export interface Customer {
  key: string;
  /** `com.acme.customer-id`. */
  id: string;
  givenName: string;
  familyName: string;
}

export interface Product {
  key: string;
  /** `com.acme.sku`. */
  sku: string;
  name: string;
  /** Price of one unit, VAT included, in whole SEK. */
  price: number;
}

export interface Item {
  key: string;
  /** Index in `Catalog.products`. */
  product: number;
  quantity: number;
  status: string;
}

export interface Order {
  key: string;
  /** `com.acme.order-id`. */
  id: string;
  /** `com.acme.channel`. */
  channel: string;
  /** ISO 8601, as the API tells it. */
  timestamp: string;
  /** All its lines are in one phase: this one. */
  status: string;
  /** Index in `Catalog.customers`. */
  customer: number;
  items: Item[];
  /** Sum of the lines in whole SEK. */
  total: number;
}

/** What orders refer to. */
export interface Catalog {
  customers: Customer[];
  products: Product[];
}

const customerCount = 2_000;
const productCount = 20;
const startMs = Date.UTC(2024, 0, 1);
const orderEveryMs = 1_000;
const groupSize = 256; // transactions of one frame
const batchSize = 10_000;
const mostQuantity = 3;
const givenNames = ['Anna', 'Erik', 'Jane', 'John', 'Karin', 'Lars', 'Maria', 'Nils', 'Sara', 'Vera'];
const familyNames = ['Andersson', 'Berg', 'Doe', 'Holm', 'Lind', 'Nyman', 'Smith', 'Svensson'];

const decoder = new TextDecoder();

/** The key that the engine answered with, and those of the lines if it is an order. */
interface Written {
  identifiers: { key: string };
  status: string[];
  timestamp: string;
  items: { identifiers: { key: string }; status: string[] }[];
}

export function orderId(number: number): string {
  return `ORD-${number}`;
}

/** Numbers from 0 up to below 1, the same in each run (Numerical Recipes' generator). */
function* randomNumbers(): Generator<number, never> {
  for (let state = 42; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function write(engine: Engine, nowMs: number, method: string, target: string, body: object): Written {
  const request = { method, target, headers: '', body: Buffer.from(JSON.stringify(body)) };
  const answer = engine.handle(request, nowMs);
  const text = decoder.decode(answer.body);
  if (answer.status >= 300) throw new Error(`${method} ${target}: ${text}`);
  return JSON.parse(text) as Written;
}

function commit(engine: Engine): void {
  if (engine.seal()) engine.confirm();
}

function reference(key: string, value: string): object {
  return { identifiers: { [key]: value } };
}

const place = reference('com.acme.place-id', 'WAREHOUSE-MAIN-STOCK');
const company = reference('com.acme.company-id', 'ACME-RETAIL');
const store = reference('com.acme.store-id', 'WAREHOUSE-MAIN');
const sek = reference('currencyCode', 'SEK');

/** Makes the seller, customers, and products that have a price and more stock than can be ordered. */
export function makeCatalog(engine: Engine): Catalog {
  const put = (target: string, body: object): Written => write(engine, startMs, 'PUT', target, body);
  put('/v1/vat-codes/percentage=25', {});
  put('/v1/stock-places/com.acme.place-id=WAREHOUSE-MAIN-STOCK', { name: 'Main warehouse, stock' });
  put('/v1/companies/com.acme.company-id=ACME-RETAIL', { name: 'Acme Retail AB' });
  put('/v1/stores/com.acme.store-id=WAREHOUSE-MAIN', { name: 'Main Warehouse', owner: company, stockRoots: [place] });
  put('/v1/stock-adjustment-reasons/com.acme.reason-id=INITIAL', { name: 'Initial stock', direction: 'Increase' });
  const customers = Array.from({ length: customerCount }, (_, i) => {
    const id = `CUST-${i}`;
    const givenName = givenNames[i % givenNames.length]!;
    const familyName = familyNames[i % familyNames.length]!;
    const { identifiers } = put(`/v1/people/com.acme.customer-id=${id}`, { givenName, familyName });
    return { key: identifiers.key, id, givenName, familyName };
  });
  const products = Array.from({ length: productCount }, (_, i) => {
    const sku = `WIDGET-${i}`;
    const name = `Widget ${i}`;
    const net = 40 + 36 * i; // with 25 % VAT whole, too
    const { identifiers } = put(`/v1/products/com.acme.sku=${sku}`, {
      name,
      status: 'Active',
      classification: 'Goods',
      defaultVatCode: reference('percentage', '25'),
    });
    put(`/v1/prices/com.acme.price-id=${sku}`, {
      products: [reference('com.acme.sku', sku)],
      amount: String(net),
      currency: sek,
      sellers: [],
      buyers: [],
    });
    return { key: identifiers.key, sku, name, price: net * 1.25 };
  });
  write(engine, startMs, 'POST', '/v1/stock-adjustments', {
    identifiers: { 'com.acme.adjustment-id': 'INITIAL' },
    timestamp: new Date(startMs).toISOString(),
    items: products.map(({ sku }) => ({
      product: reference('com.acme.sku', sku),
      place,
      reason: reference('com.acme.reason-id', 'INITIAL'),
      quantity: '100000000',
    })),
  });
  commit(engine);
  return { customers, products };
}

/** 15 of 100 orders are approved, 3 approved and cancelled. */
function actions(share: number): object | undefined {
  if (share < 0.82) return undefined;
  return share < 0.97 ? { tryApprove: true } : { tryApprove: true, tryCancel: true };
}

/** Makes `count` orders, a second apart, and yields them in batches. */
export function* makeOrders(engine: Engine, catalog: Catalog, count: number): Generator<Order[]> {
  const random = randomNumbers();
  const next = (): number => random.next().value;
  let batch: Order[] = [];
  for (let number = 0; number < count; number++) {
    const id = orderId(number);
    const share = next();
    const channel = share < 0.7 ? 'webshop' : share < 0.95 ? 'retail' : 'phone';
    const customer = Math.floor(next() ** 3 * customerCount); // a few customers order often
    const first = Math.floor(next() * productCount);
    const lines = Array.from({ length: next() < 0.5 ? 1 : 2 }, (_, line) => ({
      product: (first + 7 * line) % productCount,
      quantity: 1 + Math.floor(next() * mostQuantity),
    }));
    const body = {
      identifiers: { 'com.acme.order-id': id, 'com.acme.channel': channel },
      supplier: company,
      customer: reference('com.acme.customer-id', catalog.customers[customer]!.id),
      sellers: [store],
      currency: sek,
      items: lines.map(({ product, quantity }) => ({
        product: reference('com.acme.sku', catalog.products[product]!.sku),
        quantity,
      })),
      actions: actions(next()),
    };
    const made = write(engine, startMs + orderEveryMs * (number + 1), 'PUT', orderTarget(id), body);
    batch.push({
      key: made.identifiers.key,
      id,
      channel,
      timestamp: made.timestamp,
      status: made.status[0]!,
      customer,
      items: lines.map((line, i) => {
        const { identifiers, status } = made.items[i]!;
        return { key: identifiers.key, ...line, status: status[0]! };
      }),
      total: lines.reduce((sum, { product, quantity }) => sum + catalog.products[product]!.price * quantity, 0),
    });
    if (number % groupSize === groupSize - 1) commit(engine);
    if (batch.length < batchSize && number < count - 1) continue;
    commit(engine);
    yield batch;
    batch = [];
  }
}
