/** Who may write in a data directory, told from holders that can be looked up and from others. */

import assert from 'node:assert/strict';
import { readdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
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

test('a lock of an earlier version, which was not renewed, is not taken over', async (t) => {
  const { pid, started, space } = (await ourselves(t)) as { pid: number; started: string; space: string };
  const boot = space.split(' ')[0];
  const alive = await lockedBy(t, { pid, started, boot, token: 'x' });
  await assert.rejects(DirectoryLock.take(alive.directory, soon), new RegExp(`is in use by process ${pid}\\. Stop it`));
  const unseen = await lockedBy(t, { pid, started: '0', boot, token: 'x' });
  const sentence = `${unseen.file} was left by process ${pid} of an earlier version`;
  await assert.rejects(DirectoryLock.take(unseen.directory, soon), ({ message }: Error) => {
    assert.ok(message.startsWith(sentence), message);
    assert.match(message, /delete the file/);
    return true;
  });
});

test('a lock that says nothing, as a power failure leaves it, is taken over when nobody renews it', async (t) => {
  for (const text of ['', 'null', '\0\0\0', '{"pid":']) {
    const directory = await temporaryFolder(t);
    await writeFile(path.join(directory, 'LOCK'), text);
    const lock = await DirectoryLock.take(directory, { ...soon, staleMs: 50 });
    assert.ok(lock.isHeld(), text);
    await lock.release();
  }
});

test('a lock is lost with its name, though its file is still somewhere', async (t) => {
  const directory = await temporaryFolder(t);
  const file = path.join(directory, 'LOCK');
  const lock = await DirectoryLock.take(directory);
  await rename(file, `${file}.aside`);
  assert.ok(!lock.isHeld());
  await writeFile(file, 'of another');
  assert.ok(!lock.isHeld());
  await lock.release();
  assert.equal(await readFile(file, 'utf8'), 'of another');
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
