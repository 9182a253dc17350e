/** Who may write in a data directory, told from holders that can be looked up and from others. */

import assert from 'node:assert/strict';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { DirectoryLock } from '../../js-host/journal/lock.js';
import { temporaryFolder } from './support.js';

const soon = { heartbeatMs: 10, staleMs: 400 };

/** A directory whose lock names these members of its holder. */
async function lockedBy(t: TestContext, holder: object): Promise<{ directory: string; file: string }> {
  const directory = await temporaryFolder(t);
  const file = path.join(directory, 'LOCK');
  await writeFile(file, JSON.stringify(holder));
  return { directory, file };
}

/** What our own lock says of us. */
async function ourselves(t: TestContext): Promise<object> {
  const directory = await temporaryFolder(t);
  const lock = await DirectoryLock.take(directory);
  const text = await readFile(path.join(directory, 'LOCK'), 'utf8');
  await lock.release();
  return JSON.parse(text) as object;
}

test('a lock is given back, and nothing is left of it', async (t) => {
  const directory = await temporaryFolder(t);
  const lock = await DirectoryLock.take(directory);
  assert.deepEqual(await readdir(directory), ['LOCK']);
  assert.ok(lock.isHeld());
  await lock.release();
  assert.deepEqual(await readdir(directory), []);
});

test('of many that want a lock at once, one has it', async (t) => {
  const { directory } = await lockedBy(t, { ...(await ourselves(t)), started: '0' });
  const taken = await Promise.allSettled(Array.from({ length: 20 }, () => DirectoryLock.take(directory)));
  const locks = taken.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  assert.equal(locks.filter((lock) => lock.isHeld()).length, 1);
  await Promise.all(locks.map((lock) => lock.release()));
});

test('a lock whose process is gone is taken over at once', async (t) => {
  const waits: string[] = [];
  const { directory } = await lockedBy(t, { ...(await ourselves(t)), started: '0' });
  const lock = await DirectoryLock.take(directory, { onWait: (message) => waits.push(message) });
  assert.ok(lock.isHeld());
  assert.deepEqual(waits, []);
  await lock.release();
});

test('a holder that cannot be seen from here is alive as long as it renews its lock', async (t) => {
  const { directory, file } = await lockedBy(t, { pid: 1, host: 'shop-2', started: '7', space: 'another one' });
  const beat = setInterval(() => void utimes(file, new Date(), new Date()), 20);
  t.after(() => clearInterval(beat));
  await assert.rejects(DirectoryLock.take(directory, soon), /is in use by process 1 of another container or machine \(shop-2\)\. Stop it/);
});

test('and dead when it does not any more; then its lock is lost', async (t) => {
  const waits: string[] = [];
  const { directory, file } = await lockedBy(t, { pid: 1, host: 'shop-2', started: '7', space: 'another one' });
  const lock = await DirectoryLock.take(directory, { ...soon, onWait: (message) => waits.push(message) });
  assert.match(waits.join(), /LOCK was left by process 1 on shop-2, which cannot be seen from here: watching for 0\.4 s/);
  assert.ok(lock.isHeld());
  // Our own is renewed while we hold it.
  await writeFile(file, JSON.stringify({ ...(JSON.parse(await readFile(file, 'utf8')) as object), space: 'elsewhere' }));
  await assert.rejects(DirectoryLock.take(directory, soon), /is in use by process \d+ of another container or machine/);
  await lock.release();
});

test('a lock that was taken away is known to be', async (t) => {
  const directory = await temporaryFolder(t);
  const silent = await DirectoryLock.take(directory, { heartbeatMs: 1e9 });
  const file = path.join(directory, 'LOCK');
  await writeFile(file, JSON.stringify({ ...(JSON.parse(await readFile(file, 'utf8')) as object), space: 'elsewhere' }));
  const next = await DirectoryLock.take(directory, soon);
  assert.ok(!silent.isHeld());
  assert.ok(next.isHeld());
  await silent.release();
  assert.ok(next.isHeld());
  await next.release();
});
