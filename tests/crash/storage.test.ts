/** Storage that fails for real: a file that may not grow, a full disk, a read-only one. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { serve } from '../host/process.js';
import type { Served } from '../host/process.js';
import { orderBody, temporaryFolder } from '../host/support.js';

const put = { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: orderBody.toString() };
const targetOf = (name: string): string => `/v1/trade-orders/com.acme.order-id=${name}`;

/** Creates orders until one is not acknowledged; the names of those that were. */
async function fill(url: string, prefix: string): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let i = 0; i < 20_000; i += 10) {
    const names = Array.from({ length: 10 }, (_, j) => `${prefix}-${i + j}`);
    const statuses = await Promise.all(names.map(async (name) => (await fetch(url + targetOf(name), put)).status));
    acknowledged.push(...names.filter((_, j) => statuses[j] === 201));
    const failed = statuses.filter((status) => status !== 201);
    assert.ok(failed.every((status) => status === 503));
    if (failed.length > 0) return acknowledged;
  }
  throw new Error('the storage never failed');
}

async function assertAllThere(url: string, names: string[]): Promise<void> {
  for (const name of names) {
    const answer = await fetch(`${url}${targetOf(name)}~just(totalAmount,status)`);
    assert.equal(await answer.text(), '{"@type":"trade order","totalAmount":"248.75","status":["New"]}\n', name);
  }
}

/** Fills the storage of a server until it fails; it goes on reading, nothing acknowledged is lost. */
async function failAndGoOn(t: TestContext, served: Served, reason: RegExp): Promise<string[]> {
  const acknowledged = await fill(served.url, 'A');
  t.diagnostic(`${acknowledged.length} orders were acknowledged`);
  assert.ok(acknowledged.length > 10);
  assert.match(served.errors(), reason);
  assert.match(served.errors(), /Until then writes are answered 503, and reads go on\.\n$/);
  assert.equal((await fetch(`${served.url}/ready`)).status, 200);
  await assertAllThere(served.url, acknowledged);
  // What was written by halves was taken back: there is a little room, but not for long.
  acknowledged.push(...(await fill(served.url, 'B')));
  assert.equal((await fetch(`${served.url}/ready`)).status, 200);
  await assertAllThere(served.url, acknowledged);
  return acknowledged;
}

test('a journal that may not grow: writes are refused, reads work, nothing acknowledged is lost', async (t) => {
  const directory = await temporaryFolder(t);
  const limited = ['sh', '-c', 'ulimit -f 200; exec "$0" "$@"'];
  const served = await serve(t, ['--data', directory], limited);
  const acknowledged = await failAndGoOn(t, served, /may not grow further/);
  await served.end('SIGKILL');
  const again = await serve(t, ['--data', directory]);
  await assertAllThere(again.url, acknowledged);
  assert.equal((await fetch(again.url + targetOf('ONE-MORE'), put)).status, 201);
  assert.equal(await again.end('SIGTERM'), 0);
});

/** Words that run a command with a mount of its own, if this user may do that; `run` are the shell's for it. */
function withMount(t: TestContext, mount: string, run = 'exec "$0" "$@"'): string[] | undefined {
  const wrap = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'];
  const { status } = spawnSync(wrap[0]!, [...wrap.slice(1), `mount ${mount}`]);
  if (status === 0) return [...wrap, `mount ${mount} && { ${run}; }`];
  t.skip('this user may not mount file systems in a name space of its own (unshare --user --mount)');
  return undefined;
}

test('a full disk: writes are refused, reads work, nothing acknowledged is lost', async (t) => {
  const directory = await temporaryFolder(t);
  const wrap = withMount(t, `-t tmpfs -o size=200k tmpfs ${directory}`);
  if (!wrap) return;
  const served = await serve(t, ['--data', directory], wrap);
  await failAndGoOn(t, served, /is on a full disk\. Make room/);
  assert.equal(await served.end('SIGTERM'), 0);
});

test('a disk that is full from the start is refused in a sentence, and nothing is left on it', async (t) => {
  const directory = await temporaryFolder(t);
  const fillAndList = `head -c 1M /dev/zero >${directory}/full; "$0" "$@"; code=$?; ls ${directory} >&2; exit $code`;
  const wrap = withMount(t, `-t tmpfs -o size=64k tmpfs ${directory}`, fillAndList);
  if (!wrap) return;
  await assert.rejects(serve(t, ['--data', directory], wrap), {
    message: /is on a full disk\. Make room; nothing that was acknowledged is lost\.\nfull\n$/,
  });
});

test('a read-only disk is refused in a sentence', async (t) => {
  const directory = await temporaryFolder(t);
  const wrap = withMount(t, `-t tmpfs -o ro tmpfs ${directory}`);
  if (!wrap) return;
  const refused = /is on a read-only file system\. Choose another/;
  await assert.rejects(serve(t, ['--data', directory], wrap), refused);
  await assert.rejects(serve(t, ['--data', path.join(directory, 'shop', 'data')], wrap), refused);
});
