/**
 * What the query benchmark asks: the guide's own queries, a count, a nested projection, a walk with cursors and
 * orders by what they come to, each as a target of the API and as a statement of SQL with the same answer.
 */

import { orderId } from './orders.js';
import type { Dialect } from './sql.js';

export interface Question {
  title: string;
  /** The target; the `n`th if each is about another order. */
  target: (n: number) => string;
  /** Gives one row: the JSON text, and for a walk the cursor after it. */
  sql: (dialect: Dialect) => string;
  /** Those of the `n`th statement; those of a walk begin with the cursor, which is '' at first. */
  parameters: (n: number) => string[];
  /** Pages of a walk from the beginning. */
  pages?: number;
}

/** How many different orders are asked for, one after another: as many at each size. */
export const orderQuestions = 1_000;
const pageSize = 100;
const mostPages = 20;
/** The customer who orders most often. */
const customer = 'CUST-0';
/** What a filter adds to what it keeps, by the words of its left side (Q-75). */
const filtered = {
  channel: { 'identifiers/com.acme.channel': `'webshop'` },
  customer: { 'customer/identifiers/com.acme.customer-id': `'${customer}'` },
  total: { totalAmount: `CAST(o.total AS text) || '.00'` },
};

function product(sql: Dialect): string {
  return sql.object({
    '@type': `'product'`,
    identifiers: sql.identifiers('product', 'p'),
    name: 'p.name',
    gtin: sql.array(),
    status: 'p.status',
  });
}

function shortProduct(sql: Dialect): string {
  return sql.object({ '@type': `'product'`, identifiers: sql.identifiers('product', 'p'), name: 'p.name' });
}

/** The lines of order `o`, as `~with(items…)` shows them. */
function items(sql: Dialect, productJson: string, more: Record<string, string> = {}): string {
  const item = sql.object({
    '@type': `'trade order item'`,
    identifiers: sql.object({ '@type': `'common identifiers'`, key: 'i.key' }),
    product: productJson,
    quantity: 'CAST(i.quantity AS text)',
    status: sql.array('i.status'),
    ...more,
  });
  return `(SELECT ${sql.list(item, 'i.line')} FROM items i JOIN products p ON p.id = i.product_id WHERE i.order_id = o.id)`;
}

/** Order `o` in its default representation, and more. */
function order(sql: Dialect, more: Record<string, string> = {}): string {
  return sql.object({
    '@type': `'trade order'`,
    identifiers: sql.identifiers('order', 'o'),
    status: sql.array('o.status'),
    timestamp: 'o.timestamp',
    items: items(sql, product(sql)),
    ...more,
  });
}

function person(sql: Dialect): string {
  const json = sql.object({
    '@type': `'person'`,
    identifiers: sql.identifiers('customer', 'c'),
    fullName: `c.given_name || ' ' || c.family_name`,
    givenName: 'c.given_name',
    familyName: 'c.family_name',
  });
  return `(SELECT ${json} FROM customers c WHERE c.id = o.customer_id)`;
}

/** What belongs to order `o`; the data has none. */
function owned(sql: Dialect, table: string, member: string): string {
  return `(SELECT ${sql.list(sql.object({ [member]: `x.${member}` }), 'x.line')} FROM ${table} x WHERE x.order_id = o.id)`;
}

/** The orders that `from`, a SELECT, finds. */
function list(sql: Dialect, json: string, from: string): string {
  return `SELECT ${sql.text(sql.list(json))} AS json FROM (${from}) o`;
}

function oneOrder(sql: Dialect, json: string): string {
  return `SELECT ${sql.text(json)} AS json FROM order_identifiers x JOIN orders o ON o.id = x.order_id
    WHERE x.name = 'com.acme.order-id' AND x.value = ${sql.parameter(1)}`;
}

function ordersOfChannel(sql: Dialect): string {
  const from = `SELECT orders.* FROM order_identifiers x JOIN orders ON orders.id = x.order_id
    WHERE x.name = 'com.acme.channel' AND x.value = ${sql.parameter(1)} ORDER BY x.order_id LIMIT 50`;
  return list(sql, order(sql, filtered.channel), from);
}

/** Goes through the orders from the newest on, which beats sorting all of a channel that many have. */
function newestOrdersOfChannel(sql: Dialect): string {
  const from = `SELECT * FROM orders WHERE EXISTS (SELECT 1 FROM order_identifiers x WHERE x.order_id = orders.id
    AND x.name = 'com.acme.channel' AND x.value = ${sql.parameter(1)}) ORDER BY timestamp DESC LIMIT 50`;
  return list(sql, order(sql, filtered.channel), from);
}

function ordersOfStatus(sql: Dialect, json: string, count: number): string {
  return list(sql, json, `SELECT * FROM orders WHERE status = ${sql.parameter(1)} ORDER BY id LIMIT ${count}`);
}

const collection = '/v1/trade-orders';

/** The questions about `size` orders. */
export function questions(size: number): Question[] {
  // All over the data, and not in its order.
  const id = (n: number): string => orderId(Math.floor((((n * 617) % orderQuestions) * size) / orderQuestions));
  const listed = (operators: string, parameters: string[], sql: Question['sql']): Question => ({
    title: operators,
    target: () => collection + operators,
    sql,
    parameters: () => parameters,
  });
  const one = (operators: string, sql: Question['sql']): Question => ({
    title: `/com.acme.order-id=<id>${operators}`,
    target: (n) => `${collection}/com.acme.order-id=${id(n)}${operators}`,
    sql,
    parameters: (n) => [id(n)],
  });
  const walk = `?orderby=timestamp&limit=${pageSize}`;
  return [
    one('', (sql) => oneOrder(sql, order(sql))),
    one('~with(items,payments,shipments,status,deliveryAddresses,customer)', (sql) =>
      oneOrder(
        sql,
        order(sql, {
          payments: owned(sql, 'payments', 'key'),
          shipments: owned(sql, 'shipments', 'key'),
          deliveryAddresses: owned(sql, 'delivery_addresses', 'line1'),
          customer: person(sql),
        }),
      ),
    ),
    listed('~where(status=New)~take(50)', ['New'], (sql) => ordersOfStatus(sql, order(sql), 50)),
    listed('~where(status=Committed)~take(100)', ['Committed'], (sql) => ordersOfStatus(sql, order(sql), 100)),
    listed('~where(identifiers/com.acme.channel=webshop)~take(50)', ['webshop'], ordersOfChannel),
    listed('~where(identifiers/com.acme.channel=webshop)~orderBy(timestamp:desc)~take(50)', ['webshop'], newestOrdersOfChannel),
    listed(`~where(customer/identifiers/com.acme.customer-id=${customer})~take(50)`, [customer], (sql) =>
      list(
        sql,
        order(sql, filtered.customer),
        `SELECT * FROM orders WHERE customer_id = (SELECT customer_id FROM customer_identifiers
          WHERE name = 'com.acme.customer-id' AND value = ${sql.parameter(1)}) ORDER BY id LIMIT 50`,
      ),
    ),
    listed(
      '~where(status=New)~count',
      ['New'],
      (sql) => `SELECT CAST(count(*) AS text) AS json FROM orders WHERE status = ${sql.parameter(1)}`,
    ),
    listed(
      '~where(status=Committed)~with(items~with(statusDetails,product~just(identifiers,name)),customer~just(name))~take(50)',
      ['Committed'],
      (sql) => {
        const detail = sql.object({
          '@type': `'trade order status detail'`,
          quantity: 'CAST(i.quantity AS text)',
          status: 'i.status',
        });
        const name = sql.object({ '@type': `'person'`, name: `c.given_name || ' ' || c.family_name` });
        const json = order(sql, {
          items: items(sql, shortProduct(sql), { statusDetails: sql.array(detail) }),
          customer: `(SELECT ${name} FROM customers c WHERE c.id = o.customer_id)`,
        });
        return ordersOfStatus(sql, json, 50);
      },
    ),
    {
      title: `${walk}&after=…`,
      target: () => collection + walk,
      sql: (sql) =>
        `SELECT ${sql.text(sql.list(order(sql)))} AS json, max(o.timestamp) AS cursor FROM (
          SELECT * FROM orders WHERE timestamp > ${sql.parameter(1)} ORDER BY timestamp LIMIT ${pageSize}) o`,
      parameters: () => [''],
      pages: Math.min(mostPages, Math.floor(size / pageSize)),
    },
    listed('~where(totalAmount>400)~take(50)', ['400'], (sql) =>
      list(
        sql,
        order(sql, filtered.total),
        // "+": not by the index, for which all that it finds would have to be sorted.
        `SELECT * FROM orders WHERE +total > CAST(${sql.parameter(1)} AS integer) ORDER BY id LIMIT 50`,
      ),
    ),
    listed(
      '~where(totalAmount>400)~count',
      ['400'],
      (sql) =>
        `SELECT CAST(count(*) AS text) AS json FROM orders WHERE total > CAST(${sql.parameter(1)} AS integer)`,
    ),
  ];
}
