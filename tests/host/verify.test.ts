/** `waybill verify`: what it says of data that are right, damaged, in use or not there. */

import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { serve, waybill } from './process.js';
import { orderBody, temporaryFolder } from './support.js';

/** A data directory that a server has left behind, and its newest segment. */
async function leftBehind(t: TestContext): Promise<{ directory: string; segment: string }> {
  const directory = await temporaryFolder(t);
  const { url, end } = await serve(t, ['--data', directory]);
  const headers = { 'Content-Type': 'application/json' };
  const order = await fetch(`${url}/v1/trade-orders/com.acme.order-id=VERIFY`, { method: 'PUT', headers, body: orderBody });
  assert.equal(order.status, 201);
  assert.equal(await end('SIGINT'), 0);
  const segments = (await readdir(directory)).filter((name) => name.endsWith('.wbj')).sort();
  return { directory, segment: path.join(directory, segments.at(-1) ?? '') };
}

test('data that are right: exit code 0, and nothing is changed', async (t) => {
  const { directory, segment } = await leftBehind(t);
  const before = await readFile(segment);
  const { code, stdout, stderr } = await waybill('verify', '--data', directory);
  assert.equal(stderr, '');
  assert.equal(code, 0);
  assert.match(stdout, /are right, up to frame \d+\.\n$/);
  assert.deepEqual(await readFile(segment), before);
  assert.ok(!(await readdir(directory)).includes('LOCK'));
});

test('a torn tail is told and left where it is', async (t) => {
  const { directory, segment } = await leftBehind(t);
  await appendFile(segment, Buffer.alloc(10, 1));
  const before = await readFile(segment);
  const { code, stderr } = await waybill('verify', '--data', directory);
  assert.equal(code, 0);
  assert.match(stderr, /the last 10 bytes are a write that was interrupted/);
  assert.deepEqual(await readFile(segment), before);
});

test('damage is told with file and byte, and exit code 1', async (t) => {
  const { directory, segment } = await leftBehind(t);
  const bytes = await readFile(segment);
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  await writeFile(segment, bytes);
  const { code, stdout, stderr } = await waybill('verify', '--data', directory);
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /journal-0000000000000001\.wbj: .*byte/);
});

test('a directory in use, one without a journal, and wrong words', async (t) => {
  const directory = await temporaryFolder(t);
  await serve(t, ['--data', directory]);
  const used = await waybill('verify', '--data', directory);
  assert.equal(used.code, 1);
  assert.match(used.stderr, /in use/);

  const empty = await temporaryFolder(t);
  const none = await waybill('verify', '--data', empty);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /There is no journal in .*--data/);
  assert.deepEqual(await readdir(empty), []);

  const wrong = await waybill('verify', '--port', '1');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /--port is for waybill serve/);
});
