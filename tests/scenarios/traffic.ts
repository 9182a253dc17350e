/** Random but repeatable traffic over the demo data: good requests, bad ones, and nonsense. */

import type { HttpRequest, HttpResponse } from './hosts.js';

/** Numbers from a seed (xorshift32): the same on every machine. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0 || 1;
  }

  /** A whole number from 0 to n − 1. */
  below(n: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % n;
  }

  /** True once in n times. */
  once(n: number): boolean {
    return this.below(n) === 0;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }
}

type Reference = { identifiers: Record<string, string> };

const skus = [
  'WIDGET-001', 'GADGET-002', 'ITEM-001', 'CASE-IPHONE-16', 'BULKY-ITEM', 'SMALL-ITEM',
  'RAW-MATERIAL-001', 'PREMIUM-WIDGET', 'ACCESSORY-PACK', 'EXTENDED-WARRANTY', 'SOLD-OUT-001',
] as const;
const stores = ['WAREHOUSE-MAIN', 'WAREHOUSE-NORTH', 'WAREHOUSE-SOUTH', 'STORE-001', 'STORE-CENTRAL'] as const;
const customers = ['CUST-001', 'CUST-002', 'CUST-003', 'CUST-004', 'CUST-VIP-001'] as const;
const methods = ['com.heads.card', 'com.heads.cash', 'com.heads.store-credit'] as const;
const imeis = ['359876543210123', '359876543210124', '359876543210125', '359876543210999'] as const;
const collections = [
  'trade-orders', 'shipment-orders', 'payment-orders', 'products', 'prices', 'agents', 'stores',
  'stock-places', 'currencies', 'vat-codes', 'orders', 'mapped-types',
] as const;
const members = [
  'status', 'timestamp', 'totalAmount', 'balanceAmount', 'items', 'payments', 'shipments', 'customer',
  'customer/fullName', 'identifiers/com.acme.channel', 'identifiers/com.acme.order-id', 'items/0/quantity',
  'sellers/identifiers/com.acme.store-id', 'name', 'amount', 'reservedUntil', 'colour',
] as const;
const values = ['New', 'Committed', 'web', 'null', '497.5', '2024-12-15', '"5"', '', 'a%20b', '%C3%A5'] as const;
const comparisons = ['=', '!=', '<', '<=', '>', '>=', '=~', '!~', '%3E'] as const;
const orderCount = 250;
const transactionCount = 300;
const keysKept = 50;

/** Gives one request after another; what it has seen of the answers goes into the next. */
export class Traffic {
  private readonly shipmentKeys: string[] = [];

  constructor(
    private readonly random: Random,
    private nowMs: number,
  ) {}

  /** How far the clock moves before the next request: mostly not at all. */
  pauseMs(): number {
    const pause = this.random.once(200) ? 86_400_000 : this.random.once(20) ? 600_000 : this.random.once(4) ? 17 : 0;
    this.nowMs += pause;
    return pause;
  }

  next(): HttpRequest {
    const roll = this.random.below(100);
    if (roll < 30) return this.write('PUT', this.orderTarget(), this.order());
    if (roll < 55) return this.write('PATCH', `${this.orderTarget()}/actions`, this.actions());
    if (roll < 60) return this.write('PATCH', this.orderTarget(), { reservedUntil: this.random.once(4) ? null : this.later() });
    if (roll < 66) return this.release();
    if (roll < 70) return this.write('POST', '/v1/stock-adjustments', this.adjustment());
    if (roll < 72) return this.write('POST', '/v1/payment-orders', this.directPayment());
    if (roll < 77) return this.read(`${this.orderTarget()}/shipments~just(identifiers)`);
    if (roll < 80) return this.writeMember();
    if (roll < 93) return this.read(`${this.readTarget()}${this.query()}`);
    if (roll < 97) return this.mangled();
    return this.nonsense();
  }

  /** Remembers the keys of shipments, which cannot be known otherwise. */
  observe(request: HttpRequest, response: HttpResponse): void {
    if (!String(request.target).endsWith('/shipments~just(identifiers)')) return;
    for (const [, key] of response.body.toString('latin1').matchAll(/"key":"([0-9a-f]{32})"/g)) {
      if (key !== undefined) this.shipmentKeys.unshift(key);
    }
    this.shipmentKeys.length = Math.min(this.shipmentKeys.length, keysKept);
  }

  private read(target: string): HttpRequest {
    return { method: this.random.once(20) ? 'HEAD' : 'GET', target, headers: this.headers(), body: undefined };
  }

  private write(method: string, target: string, body: unknown): HttpRequest {
    return { method, target, headers: this.headers(), body: Buffer.from(JSON.stringify(body)) };
  }

  private headers(): [string, string][] {
    const headers: [string, string][] = [];
    if (this.random.once(10)) headers.push(['content-type', this.random.once(5) ? 'text/xml' : 'application/json']);
    if (this.random.once(10)) headers.push(['prefer', 'handling=strict']);
    if (this.random.once(20)) headers.push(['accept', this.random.pick(['*/*', 'json', 'application/json, text/csv', 'application/xml'])]);
    return headers;
  }

  private orderTarget(): string {
    const prefix = this.random.once(10) ? '/api/v1' : '/v1';
    if (this.random.once(30)) return `${prefix}/trade-orders/com.acme.order-id=REFUND-ORDER`;
    return `${prefix}/trade-orders/com.acme.order-id=R-${this.random.below(orderCount)}`;
  }

  private order(): Record<string, unknown> {
    const order: Record<string, unknown> = {
      identifiers: { 'com.acme.channel': this.random.pick(['web', 'app', 'edi']) },
      supplier: reference('com.acme.company-id', this.random.once(30) ? 'NOBODY' : this.random.pick(['ACME-RETAIL', 'ACME-MOBILE'])),
      customer: reference('com.acme.customer-id', this.random.pick(customers)),
      sellers: this.some(this.random.once(3) ? 2 : 1, () => reference('com.acme.store-id', this.random.pick(stores))),
      currency: reference('currencyCode', this.random.once(20) ? 'EUR' : 'SEK'),
      items: this.some(3, () => this.line()),
    };
    if (this.random.once(5)) order['reservedUntil'] = this.later();
    if (this.random.once(30)) delete order[this.random.pick(['supplier', 'customer', 'sellers', 'currency', 'items'])];
    if (this.random.once(10)) order['deliveryAddresses'] = [];
    return order;
  }

  private line(): Record<string, unknown> {
    if (this.random.once(8)) {
      return {
        product: reference('com.acme.sku', 'IPHONE-16-PRO'),
        instances: this.some(2, () => ({ imei: this.random.pick(imeis) })),
      };
    }
    if (this.random.once(30)) {
      return {
        product: reference('com.acme.sku', 'PLAN-UNLIMITED'),
        instances: [{ phoneImei: this.random.pick(imeis) }],
      };
    }
    return {
      product: reference('com.acme.sku', this.random.once(50) ? 'NOTHING' : this.random.pick(skus)),
      quantity: this.random.once(40) ? this.random.pick<unknown>([0, -1, 'two', null]) : this.random.pick([1, 2, 3, '0.5', '2.50']),
    };
  }

  private actions(): Record<string, unknown> {
    const actions: Record<string, unknown> = {};
    for (let count = this.random.once(3) ? 2 : 1; count > 0; count -= 1) Object.assign(actions, this.action());
    return actions;
  }

  private action(): Record<string, unknown> {
    const address = { line1: 'Storgatan 1', cityName: 'Umeå', countryCode: this.random.pick(['SE', 'NO', 'xx']) };
    return this.random.pick<() => Record<string, unknown>>([
      () => ({ tryApprove: true }),
      () => ({ tryApprove: true, createShipment: true }),
      () => ({ tryApprove: this.random.pick<unknown>([true, false, null, 'yes']) }),
      () => ({ tryCancel: true }),
      () => ({ createShipment: true }),
      () => ({ createPayment: this.payment() }),
      () => ({ createPayment: this.payment() }),
      () => ({ changeDeliveryAddress: address }),
      () => ({ changeInvoiceAddress: address }),
      () => ({ [this.random.pick(['tryShip', 'createPayment'])]: true }),
    ])();
  }

  private payment(): Record<string, unknown> {
    return {
      transactionId: `T-${this.random.below(transactionCount)}`,
      timestamp: instant(this.nowMs - this.random.below(86_400_000)),
      method: reference('methodId', this.random.pick(methods)),
      currency: reference('currencyCode', 'SEK'),
      ...(this.random.once(5) ? {} : { amount: this.amount() }),
    };
  }

  private directPayment(): Record<string, unknown> {
    return {
      ...this.payment(),
      payer: reference('com.acme.customer-id', this.random.pick(customers)),
      payee: reference('com.acme.store-id', this.random.pick(stores)),
    };
  }

  private amount(): string | number {
    const cents = this.random.below(100_000) - 20_000;
    return this.random.once(2) ? cents / 100 : (cents / 100).toFixed(this.random.pick([2, 2, 2, 3]));
  }

  private adjustment(): Record<string, unknown> {
    return {
      timestamp: instant(this.nowMs),
      items: this.some(3, () => ({
        product: reference('com.acme.sku', this.random.pick(skus)),
        place: reference('com.acme.place-id', `${this.random.pick(stores)}-STOCK`),
        reason: reference('com.acme.reason-id', this.random.pick(['RECEIVED', 'DAMAGED', 'COUNT'])),
        quantity: this.random.below(60) - 5,
      })),
    };
  }

  /** A write or a clearing by a member's own path. */
  private writeMember(): HttpRequest {
    const owner = this.random.once(2) ? this.orderTarget() : `/v1/products/com.acme.sku=${this.random.pick(skus)}`;
    const path = this.random.pick(['reservedUntil', 'carrier', 'name', 'status', 'identifiers/com.acme.note', 'items', 'currency', 'x']);
    const target = `${owner}/${path}`;
    if (this.random.once(3)) return { method: 'DELETE', target, headers: this.headers(), body: undefined };
    return this.write(this.random.pick(['PUT', 'PATCH', 'POST']), target, this.random.pick(['Active', this.later(), 5, null, []]));
  }

  private release(): HttpRequest {
    const key = this.shipmentKeys[this.random.below(this.shipmentKeys.length + 1)] ?? '00000000000000000000000000000000';
    return this.write('PATCH', `/v1/shipment-orders/${key}/actions`, { release: true });
  }

  private readTarget(): string {
    if (this.random.once(3)) return `${this.orderTarget()}${this.random.once(2) ? `/${this.random.pick(members)}` : ''}`;
    if (this.random.once(6)) return `/v1/products/com.acme.sku=${this.random.pick(skus)}/stockLevels`;
    return `/v1/${this.random.pick(collections)}`;
  }

  private query(): string {
    let query = '';
    for (let count = this.random.below(4); count > 0; count -= 1) query += this.operator(2);
    return `${query}${this.random.once(2) ? '~take(5)' : ''}`;
  }

  private operator(depth: number): string {
    const member = () => this.random.pick(members);
    const selector = (): string => {
      const nested = depth > 0 && this.random.once(3) ? this.operator(depth - 1) : '';
      return `${this.random.once(4) ? 'a:' : ''}${member()}${nested}`;
    };
    return this.random.pick<() => string>([
      () => `~where(${member()}${this.random.pick(comparisons)}${this.random.pick(values)})`,
      () => `~where(${this.random.once(2) ? '!' : ''}${member()})`,
      () => `~with(${this.some(3, selector).join(',')})`,
      () => `~just(${this.some(3, selector).join(',')})`,
      () => `~orderBy(${member()}${this.random.pick([':desc', ':asc', ''])})`,
      () => `~take(${this.random.pick([0, 1, 3, 10, -1, 'x'])})`,
      () => '~count',
      () => this.random.pick(['~first', '~skip(2)', '~filter(a)', '~where(', '~just())', '~take']),
    ])();
  }

  /** A good request with some of its bytes broken. */
  private mangled(): HttpRequest {
    const body = Buffer.from(JSON.stringify(this.random.once(2) ? this.order() : this.actions()));
    for (let count = 1 + this.random.below(3); count > 0; count -= 1) {
      body[this.random.below(body.length)] = this.random.below(256);
    }
    const end = this.random.once(3) ? this.random.below(body.length) : body.length;
    const target = `${this.orderTarget()}${this.random.once(2) ? '/actions' : ''}`;
    const method = this.random.pick(['PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE']);
    return { method, target, headers: this.headers(), body: body.subarray(0, end) };
  }

  /** A target of bytes that may mean something, or nothing at all. */
  private nonsense(): HttpRequest {
    const alphabet = Buffer.from("~()/,&=!<>%+:'\"$*@.?abc019 \u00e5");
    const bytes = Array.from({ length: this.random.below(40) }, () =>
      this.random.once(8) ? this.random.below(256) : (alphabet[this.random.below(alphabet.length)] ?? 0),
    );
    const start = this.random.pick(['/v1/', '/v1/trade-orders', '/v1/products~where(', '/', '']);
    const target = Buffer.concat([Buffer.from(start), Buffer.from(bytes)]);
    return { method: 'GET', target, headers: this.headers(), body: undefined };
  }

  /** One to `most` of them. */
  private some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: 1 + this.random.below(most) }, make);
  }

  private later(): string {
    return instant(this.nowMs + this.random.below(7_200_000) - 300_000);
  }
}

function reference(name: string, value: string): Reference {
  return { identifiers: { [name]: value } };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
