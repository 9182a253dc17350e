/**
 * What better-sqlite3 serves over HTTP: bare node:http that answers `/3` with the JSON that SQLite makes for the
 * question of that number, one prepared statement per request. Arguments: a file that holds the database, which
 * is read into memory, and the number of orders in it. Prints its port; ends with its parent.
 */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askSqlite } from './contestants.js';
import { openSqlite } from './peers.js';
import { questions } from './questions.js';

const [, , file, size] = process.argv;
const database = openSqlite(readFileSync(file!));
const asks = questions(Number(size)).map((question) => askSqlite(database, question));

const server = createServer((request, response) => {
  const body = Buffer.from(asks[Number(request.url!.slice(1))]!(0));
  response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', String(body.length)]);
  response.end(body);
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`);
});
process.on('disconnect', () => process.exit());
