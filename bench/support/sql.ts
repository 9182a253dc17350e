/**
 * The API's answers as SQL, in the dialects of SQLite and PostgreSQL: each question is one statement whose result
 * is the JSON text, made of rows by the database's own JSON functions. Both have the same tables and indexes.
 */

/** Where the two write the same in other words. */
export interface Dialect {
  /** The place of a parameter, from 1. */
  parameter: (number: number) => string;
  /** A JSON object of names and expressions. */
  object: (members: Record<string, string>) => string;
  /** A JSON array of expressions. */
  array: (...elements: string[]) => string;
  /** An aggregate: the JSON array of all rows' values, in the order of a column if the rows have none yet. */
  list: (value: string, column?: string) => string;
  /** `@type`, key and external identifiers of a row of `table` under the name `row`. */
  identifiers: (table: string, row: string) => string;
  /** The JSON as text. */
  text: (json: string) => string;
}

function members(pairs: Record<string, string>): string {
  return Object.entries(pairs)
    .map(([name, value]) => `'${name}', ${value}`)
    .join(', ');
}

// Both put the identifiers together as texts: the fastest of the ways to have members before those of a table.

export const sqlite: Dialect = {
  parameter: () => '?',
  object: (pairs) => `json_object(${members(pairs)})`,
  array: (...elements) => `json_array(${elements.join(', ')})`,
  // Rows of one order come in the order of their table's key; sorting them would take as long as all the rest.
  list: (value) => `json_group_array(${value})`,
  identifiers: (table, row) =>
    `json('{"@type":"common identifiers","key":"' || ${row}.key || '",' || substr((SELECT json_group_object(name, value)
      FROM ${table}_identifiers WHERE ${table}_id = ${row}.id), 2))`,
  text: (json) => json,
};

export const postgres: Dialect = {
  parameter: (number) => `$${number}`,
  object: (pairs) => `json_build_object(${members(pairs)})`,
  array: (...elements) => `json_build_array(${elements.join(', ')})`,
  list: (value, column) => `coalesce(json_agg(${value}${column ? ` ORDER BY ${column}` : ''}), '[]')`,
  identifiers: (table, row) =>
    `('{"@type":"common identifiers","key":"' || ${row}.key || '",' || substr((SELECT json_object_agg(name, value)::text
      FROM ${table}_identifiers WHERE ${table}_id = ${row}.id), 2))::json`,
  text: (json) => `(${json})::text`,
};

/**
 * What makes a table's rows be stored in the order of their key: SQLite has WITHOUT ROWID. Types are those that
 * both know; instants are texts in ISO 8601, quantities and totals whole numbers, which suffices for this data.
 */
export function tables(clustered: string, collation: string): string {
  const text = `text ${collation} NOT NULL`;
  const identifiers = (owner: string): string => `
    CREATE TABLE ${owner}_identifiers (
      ${owner}_id integer NOT NULL, name ${text}, value ${text}, PRIMARY KEY (${owner}_id, name)
    ) ${clustered};`;
  return `
    CREATE TABLE customers (id integer PRIMARY KEY, key ${text}, given_name ${text}, family_name ${text});
    CREATE TABLE products (id integer PRIMARY KEY, key ${text}, name ${text}, status ${text});
    CREATE TABLE orders (
      id integer PRIMARY KEY, key ${text}, status ${text}, timestamp ${text}, customer_id integer NOT NULL,
      total integer NOT NULL
    );
    CREATE TABLE items (
      order_id integer NOT NULL, line integer NOT NULL, key ${text}, product_id integer NOT NULL,
      quantity integer NOT NULL, status ${text}, PRIMARY KEY (order_id, line)
    ) ${clustered};
    CREATE TABLE payments (
      order_id integer NOT NULL, line integer NOT NULL, key ${text}, amount integer NOT NULL, PRIMARY KEY (order_id, line)
    ) ${clustered};
    CREATE TABLE shipments (
      order_id integer NOT NULL, line integer NOT NULL, key ${text}, PRIMARY KEY (order_id, line)
    ) ${clustered};
    CREATE TABLE delivery_addresses (
      order_id integer NOT NULL, line integer NOT NULL, line1 ${text}, PRIMARY KEY (order_id, line)
    ) ${clustered};
    ${['customer', 'product', 'order'].map(identifiers).join('')}`;
}

/** The columns of each table, in the order in which rows are loaded. */
export const columns = {
  customers: 4,
  products: 4,
  customer_identifiers: 3,
  product_identifiers: 3,
  orders: 6,
  order_identifiers: 3,
  items: 6,
};

export type Table = keyof typeof columns;

export const indexes = `
  CREATE INDEX orders_status ON orders (status, id);
  CREATE INDEX orders_customer ON orders (customer_id, id);
  CREATE INDEX orders_timestamp ON orders (timestamp);
  CREATE INDEX orders_total ON orders (total);
  CREATE INDEX order_identifiers_value ON order_identifiers (name, value, order_id);
  CREATE INDEX customer_identifiers_value ON customer_identifiers (name, value, customer_id);
  CREATE INDEX product_identifiers_value ON product_identifiers (name, value, product_id);`;
