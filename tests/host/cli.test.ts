/** The command line: what it says, what it refuses, how it ends. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { serve, waybill } from './process.js';
import { orderBody, temporaryFolder } from './support.js';

test('--help tells the options, --version the version', async () => {
  const help = await waybill('--help');
  assert.equal(help.code, 0);
  for (const option of ['--port', '--data', '--empty', '--log-level']) assert.ok(help.stdout.includes(option));
  assert.match((await waybill('--version')).stdout, /^\d+\.\d+\.\d+\n$/);
});

test('wrong words are refused with exit code 2 and a pointer to the help', async () => {
  const cases: [string[], RegExp][] = [
    [[], /Say what to do/],
    [['fly'], /Unknown command 'fly'/],
    [['serve', 'now'], /Unknown command 'serve now'/],
    [['serve', '--prot', '1'], /--prot/],
    [['serve', '--port', 'http'], /--port takes a number from 0 to 65535, not 'http'/],
    [['serve', '--port', '65536'], /--port takes a number/],
    [['serve', '--port', ''], /--port takes a number/],
    [['serve', '--log-level', 'loud'], /--log-level is one of/],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await waybill(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, message);
    assert.match(stderr, /See waybill --help/);
  }
});

test('it says what to try, serves the demo data, and ends cleanly on Ctrl-C', async (t) => {
  const directory = await temporaryFolder(t);
  const { url, output, errors, end } = await serve(t, ['--data', directory]);
  assert.match(output(), /curl '?http/);
  const products = (await (await fetch(`${url}/v1/products~count`)).json()) as number;
  assert.equal(products, 13);
  assert.equal(await end('SIGINT'), 0);
  assert.equal(errors(), '');
  assert.deepEqual(
    (await readdir(directory)).filter((name) => name === 'LOCK'),
    [],
  );
});

test('C-90 --empty keeps only currencies, countries and payment methods', async (t) => {
  const { url, end } = await serve(t, ['--empty', '--data', await temporaryFolder(t)]);
  const count = async (collection: string): Promise<unknown> => (await fetch(`${url}/v1/${collection}~count`)).json();
  for (const none of ['agents', 'products', 'prices', 'trade-orders', 'stock-places', 'vat-codes']) {
    assert.equal(await count(none), 0, none);
  }
  assert.equal(await count('countries'), 249);
  assert.equal(await count('payment-methods'), 11);
  assert.equal(await end('SIGTERM'), 0);
});

test('a port that is taken is told with what to do', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const port = String((other.address() as AddressInfo).port);
  const data = path.join(await temporaryFolder(t), 'data');
  const { code, stderr } = await waybill('serve', '--port', port, '--data', data);
  assert.equal(code, 1);
  assert.ok(!existsSync(data), 'nothing was made');
  assert.match(stderr, new RegExp(`Port ${port} is in use\\. Choose another one with --port`));
});

test('a second process on the same data is told who has it, and leaves the first alone', async (t) => {
  const directory = await temporaryFolder(t);
  const { url, child, end } = await serve(t, ['--data', directory]);
  const { code, stderr } = await waybill('serve', '--port', '0', '--data', directory);
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`in use by process ${child.pid}\\. Stop it, or choose another directory`));
  assert.equal((await fetch(`${url}/v1/products~count`)).status, 200);
  await end('SIGTERM');
});

test('data that is no directory, or is not ours to read, is refused in a sentence', async (t) => {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, 'file');
  await writeFile(file, 'not a directory');
  const refused = await waybill('serve', '--port', '0', '--data', file);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /is not a directory/);
  for (const impossible of [path.join(file, 'data'), '/proc/shop/data', '/dev/null/data']) {
    const { code, stderr } = await waybill('serve', '--port', '0', '--data', impossible);
    assert.equal(code, 1);
    assert.match(stderr, /^waybill: The data directory \/[^\n]* Choose another one with --data\.\n$/, impossible);
  }
  const foreign = path.join(folder, 'foreign');
  await mkdir(foreign);
  await writeFile(path.join(foreign, 'journal-0000000000000001.wbj'), 'some other program wrote this file, long ago');
  const unread = await waybill('serve', '--port', '0', '--data', foreign);
  assert.equal(unread.code, 1);
  assert.ok(unread.stderr.startsWith(`waybill: ${foreign}/journal-0000000000000001.wbj: `), unread.stderr);
  assert.match(unread.stderr, /^[^\n]*\.\n$/);
});

test('logs are one JSON object a line, without credentials', async (t) => {
  const { url, output, end } = await serve(t, ['--log-level', 'info', '--data', await temporaryFolder(t)]);
  await fetch(`${url}/v1/currencies~count`, { headers: { 'X-Api-Key': 'banana', 'X-Request-Id': 'id-1' } });
  await fetch(`${url}/v1/nothing`, { headers: { Authorization: 'Bearer a-secret' } });
  await end('SIGTERM');
  const lines = output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const answered = lines.filter(({ msg }) => msg === 'answered');
  assert.deepEqual(
    answered.map(({ method, url: target, status }) => [method, target, status]),
    [
      ['GET', '/v1/currencies~count', 200],
      ['GET', '/v1/nothing', 401],
    ],
  );
  assert.equal(answered[0]?.['requestId'], 'id-1');
  assert.doesNotMatch(output(), /banana|a-secret/);
});

test('what was acknowledged before SIGTERM is there after the next start', async (t) => {
  const directory = await temporaryFolder(t);
  const first = await serve(t, ['--data', directory]);
  const target = '/v1/trade-orders/com.acme.order-id=KEPT';
  const put = { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: orderBody.toString() };
  const created = (await (await fetch(first.url + target, put)).json()) as unknown;
  assert.equal(await first.end('SIGTERM'), 0);
  const second = await serve(t, ['--data', directory]);
  assert.deepEqual(await (await fetch(second.url + target)).json(), created);
  await second.end('SIGTERM');
});
