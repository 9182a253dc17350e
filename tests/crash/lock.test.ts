/** One data directory and processes in PID name spaces of their own, as containers have them. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { serve, waybill } from '../host/process.js';
import { orderBody, temporaryFolder } from '../host/support.js';

/** Words that run a command as process 1 of a PID name space, which ends with them. */
const withoutProc = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--kill-child'];
const inNameSpace = [...withoutProc, '--mount-proc'];
const put = { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: orderBody.toString() };

function canMakeNameSpaces(t: TestContext): boolean {
  if (spawnSync(inNameSpace[0]!, [...inNameSpace.slice(1), 'true']).status === 0) return true;
  t.skip('this user may not make PID name spaces (unshare --user --pid)');
  return false;
}

test('a server in another PID name space is left alone while it lives, and followed when it is dead', async (t) => {
  if (!canMakeNameSpaces(t)) return;
  const directory = await temporaryFolder(t);
  const target = '/v1/trade-orders/com.acme.order-id=KEPT';
  const first = await serve(t, ['--data', directory], inNameSpace);
  assert.equal((await fetch(first.url + target, put)).status, 201);
  const waits = /LOCK was left by process 1 on .*, which cannot be seen from here: watching for 10 s/;

  const refused = await waybill('serve', '--port', '0', '--data', directory);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, waits);
  assert.match(refused.stderr, /is in use by process 1 of another container or machine/);
  await assert.rejects(serve(t, ['--data', directory], inNameSpace), /is in use by process 1 of another container/);
  assert.equal((await fetch(first.url + target, put)).status, 200);

  await first.end('SIGKILL');
  const next = await serve(t, ['--data', directory], inNameSpace);
  assert.match(next.errors(), waits);
  assert.equal((await fetch(next.url + target)).status, 200);
  assert.equal((await fetch(`${next.url}${target}-2`, put)).status, 201);
});

test('a server whose /proc shows other processes than its own does not say which one it is there', async (t) => {
  if (!canMakeNameSpaces(t)) return;
  const directory = await temporaryFolder(t);
  await serve(t, ['--data', directory], withoutProc);
  const { space, started } = JSON.parse(await readFile(path.join(directory, 'LOCK'), 'utf8')) as Record<string, string>;
  assert.deepEqual([space, started], ['', '']);
  assert.match((await waybill('serve', '--port', '0', '--data', directory)).stderr, /is in use by process 1/);
});
