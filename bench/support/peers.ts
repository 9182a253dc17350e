/**
 * better-sqlite3 and PGlite, which live in bench/peers and are installed when the query benchmark runs. What the
 * benchmark uses of them is declared here, so that everything compiles without them.
 */

import { createRequire } from 'node:module';

export interface SqliteStatement {
  run(...parameters: unknown[]): unknown;
  get(...parameters: unknown[]): unknown;
  /** From now on `get` returns the first column alone. */
  pluck(): this;
}

export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

interface PgliteResult {
  rows: unknown[];
}

export interface PgliteDatabase {
  exec(sql: string): Promise<PgliteResult[]>;
  query(sql: string, parameters: unknown[], options: { blob: Blob }): Promise<PgliteResult>;
  close(): Promise<void>;
}

const require = createRequire(new URL('../../../../bench/peers/package.json', import.meta.url));

/** `file`: a path, ':memory:', or the bytes of a database to be held in memory. */
export function openSqlite(file: string | Buffer): SqliteDatabase {
  const Database = require('better-sqlite3') as new (file: string | Buffer) => SqliteDatabase;
  return new Database(file);
}

/** A database in memory. */
export async function openPglite(): Promise<PgliteDatabase> {
  const { PGlite } = require('@electric-sql/pglite') as { PGlite: { create(): Promise<PgliteDatabase> } };
  return PGlite.create();
}

/** The version that the lock file names. */
export function peerVersion(name: string): string {
  const { packages } = require('./package-lock.json') as { packages: Record<string, { version: string }> };
  return packages[`node_modules/${name}`]!.version;
}
