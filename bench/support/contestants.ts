/** The three that answer questions about the same orders: Waybill, better-sqlite3 and PGlite, in this process. */

import type { Engine, MemoryUse } from '../../js-host/engine/engine.js';
import { loadEngine } from '../../js-host/engine/load.js';
import { makeCatalog, makeOrders } from './orders.js';
import type { Catalog, Order } from './orders.js';
import { openPglite, openSqlite } from './peers.js';
import type { PgliteDatabase, SqliteDatabase, SqliteStatement } from './peers.js';
import { orderQuestions } from './questions.js';
import type { Question } from './questions.js';
import { columns, indexes, postgres, sqlite, tables } from './sql.js';
import type { Table } from './sql.js';

/** Asks the `n`th time; a walk goes on to its next page. The answer is JSON. */
export type Ask = (n: number) => string | Uint8Array | Promise<string>;

/** Something that orders are loaded into and questions put to. */
export interface Contestant {
  name: string;
  prepare(question: Question): Ask | Promise<Ask>;
  close(): void | Promise<void>;
}

/** Time given to all requests: after the last order. */
const askedMs = Date.UTC(2040, 0, 1);

type Row = (string | number)[];

function catalogRows({ customers, products }: Catalog): [Table, Row[]][] {
  return [
    ['customers', customers.map(({ key, givenName, familyName }, i) => [i, key, givenName, familyName])],
    ['customer_identifiers', customers.map(({ id }, i) => [i, 'com.acme.customer-id', id])],
    ['products', products.map(({ key, name }, i) => [i, key, name, 'Active'])],
    ['product_identifiers', products.map(({ sku }, i) => [i, 'com.acme.sku', sku])],
  ];
}

/** `first`: the number of the first of these orders. */
function orderRows(orders: Order[], first: number): [Table, Row[]][] {
  return [
    ['orders', orders.map((o, i) => [first + i, o.key, o.status, o.timestamp, o.customer, o.total])],
    [
      'order_identifiers',
      orders.flatMap((o, i) => [
        [first + i, 'com.acme.order-id', o.id],
        [first + i, 'com.acme.channel', o.channel],
      ]),
    ],
    [
      'items',
      orders.flatMap(({ items }, i) =>
        items.map(({ key, product, quantity, status }, line) => [first + i, line, key, product, quantity, status]),
      ),
    ],
  ];
}

/** Waybill: the engine alone, without HTTP and journal. */
export class Waybill implements Contestant {
  readonly name = 'Waybill';

  private constructor(readonly engine: Engine) {}

  static async create(): Promise<Waybill> {
    return new Waybill(await loadEngine(1n));
  }

  prepare(question: Question): Ask {
    const targets = Array.from({ length: orderQuestions }, (_, n) => question.target(n));
    const get = (target: string): { headers: readonly string[]; body: Uint8Array } => {
      const answer = this.engine.handle({ method: 'GET', target, headers: '', body: undefined }, askedMs);
      if (answer.status !== 200) throw new Error(`${target}: ${Buffer.from(answer.body).toString()}`);
      return answer;
    };
    const { pages } = question;
    if (pages === undefined) return (n) => get(targets[n % orderQuestions]!).body;
    const first = question.target(0);
    let target = first;
    return (n) => {
      if (n % pages === 0) target = first;
      const { headers, body } = get(target);
      const cursor = headers[headers.indexOf('X-Cursor-Next') + 1]!;
      target = `${first}&after=${cursor}`;
      return body;
    };
  }

  /** Bytes, as far as the engine tells them. */
  memory(): MemoryUse {
    return this.engine.memoryUse();
  }

  close(): void {
    this.engine.close();
  }
}

/** SQLite in memory, through prepared statements. */
export class Sqlite implements Contestant {
  readonly name = 'better-sqlite3';
  readonly database: SqliteDatabase;
  private readonly inserts = new Map<Table, SqliteStatement>();

  constructor() {
    this.database = openSqlite(':memory:');
    this.database.exec(tables('WITHOUT ROWID', ''));
    for (const [table, count] of Object.entries(columns) as [Table, number][]) {
      const values = Array.from({ length: count }, () => '?').join(', ');
      this.inserts.set(table, this.database.prepare(`INSERT INTO ${table} VALUES (${values})`));
    }
  }

  load(tableRows: [Table, Row[]][]): void {
    this.database.exec('BEGIN');
    for (const [table, rows] of tableRows) {
      const insert = this.inserts.get(table)!;
      for (const row of rows) insert.run(...row);
    }
    this.database.exec('COMMIT');
  }

  /**
   * After the last row. There is no ANALYZE on purpose: with its statistics SQLite plans a statement anew for
   * every value that is bound, which takes 100 µs; and every plan is the right one without.
   */
  finish(): void {
    this.database.exec(indexes);
  }

  prepare(question: Question): Ask {
    return askSqlite(this.database, question);
  }

  close(): void {
    this.database.close();
  }
}

/** A prepared statement for a question. */
export function askSqlite(database: SqliteDatabase, question: Question): (n: number) => string {
  const statement = database.prepare(question.sql(sqlite));
  const { pages } = question;
  if (pages === undefined) {
    const parameters = Array.from({ length: orderQuestions }, (_, n) => question.parameters(n));
    statement.pluck();
    return (n) => statement.get(...parameters[n % orderQuestions]!) as string;
  }
  let parameters = question.parameters(0);
  return (n) => {
    if (n % pages === 0) parameters = question.parameters(0);
    const { json, cursor } = statement.get(...parameters) as { json: string; cursor: string };
    parameters = [cursor];
    return json;
  };
}

/** PostgreSQL in WebAssembly, in memory, through prepared statements. */
export class Pglite implements Contestant {
  readonly name = 'PGlite';
  private prepared = 0;

  private constructor(private readonly database: PgliteDatabase) {}

  static async create(): Promise<Pglite> {
    const database = await openPglite();
    await database.exec(tables('', 'COLLATE "C"'));
    await database.exec('SET random_page_cost = 1.1'); // all is in memory
    return new Pglite(database);
  }

  async load(tableRows: [Table, Row[]][]): Promise<void> {
    for (const [table, rows] of tableRows) {
      const text = rows.map((row) => `${row.join('\t')}\n`).join(''); // no value holds what COPY would escape
      await this.database.query(`COPY ${table} FROM '/dev/blob'`, [], { blob: new Blob([text]) });
    }
  }

  async finish(): Promise<void> {
    await this.database.exec(indexes);
    await this.database.exec('VACUUM ANALYZE');
  }

  async prepare(question: Question): Promise<Ask> {
    const name = `question_${this.prepared++}`;
    const { database } = this;
    await database.exec(`PREPARE ${name} AS ${question.sql(postgres)}`);
    const execute = (parameters: string[]): string =>
      `EXECUTE ${name} (${parameters.map((parameter) => `'${parameter}'`).join(', ')})`;
    // Of the ways to run a statement, exec() with EXECUTE is PGlite's fastest.
    const run = async (statement: string): Promise<{ json: string; cursor: string }> => {
      const [result] = await database.exec(statement);
      return result!.rows[0] as { json: string; cursor: string };
    };
    const { pages } = question;
    if (pages === undefined) {
      const statements = Array.from({ length: orderQuestions }, (_, n) => execute(question.parameters(n)));
      return async (n) => (await run(statements[n % orderQuestions]!)).json;
    }
    let parameters = question.parameters(0);
    return async (n) => {
      if (n % pages === 0) parameters = question.parameters(0);
      const { json, cursor } = await run(execute(parameters));
      parameters = [cursor];
      return json;
    };
  }

  async close(): Promise<void> {
    await this.database.close();
  }
}

/** Makes `size` orders in the engine and loads the others with them. */
export async function load(
  size: number,
  { waybill, sqlite, pglite }: { waybill: Waybill; sqlite: Sqlite; pglite: Pglite },
  progress: (made: number) => void,
): Promise<void> {
  const catalog = makeCatalog(waybill.engine);
  const rows = catalogRows(catalog);
  sqlite.load(rows);
  await pglite.load(rows);
  let made = 0;
  for (const orders of makeOrders(waybill.engine, catalog, size)) {
    const batch = orderRows(orders, made);
    sqlite.load(batch);
    await pglite.load(batch);
    made += orders.length;
    progress(made);
  }
  sqlite.finish();
  await pglite.finish();
}
