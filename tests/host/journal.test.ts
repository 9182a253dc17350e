/** Group commit, and what journals promise: the same suite for each (design, decision 5). */

import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import type { TestContext } from 'node:test';
import type { Position } from '../../js-host/engine/engine.js';
import { FileJournal } from '../../js-host/journal/file.js';
import type { Append, Journal } from '../../js-host/journal/journal.js';
import { MemoryJournal } from '../../js-host/journal/memory.js';
import { get, openRuntime, putOrder, temporaryFolder } from './support.js';

/** Opens the same journal again and again. */
type Reopen = () => Promise<Journal>;
const kinds: Record<string, (t: TestContext) => Promise<Reopen>> = {
  memory: () => {
    const journal = new MemoryJournal();
    return Promise.resolve(() => Promise.resolve(journal));
  },
  file: async (t) => {
    const directory = await temporaryFolder(t);
    return () => FileJournal.open({ directory, segmentBytes: 4096 });
  },
};

for (const [kind, prepare] of Object.entries(kinds)) {
  test(`${kind}: what was acknowledged is there after opening again`, async (t) => {
    const reopen = await prepare(t);
    const first = await openRuntime(await reopen());
    for (const name of ['A-1', 'A-2', 'A-3']) assert.equal((await putOrder(first, name)).status, 201);
    const before = await get(first, '/v1/trade-orders');
    await first.close();
    const second = await openRuntime(await reopen());
    assert.deepEqual(await get(second, '/v1/trade-orders'), before);
    assert.equal((await putOrder(second, 'A-3')).status, 200);
    await second.close();
  });

  test(`${kind}: a snapshot and what came after it rebuild the same state`, async (t) => {
    const reopen = await prepare(t);
    const first = await openRuntime(await reopen(), { snapshotBytes: 1 });
    for (let i = 0; i < 50; i++) assert.equal((await putOrder(first, `S-${i}`)).status, 201);
    const before = await get(first, '/v1/trade-orders');
    await first.close();
    const second = await openRuntime(await reopen());
    assert.deepEqual(await get(second, '/v1/trade-orders'), before);
    assert.equal((await putOrder(second, 'S-new')).status, 201);
    await second.close();
  });

  test(`${kind}: an append at a position that is past is refused`, async (t) => {
    const journal = await (await prepare(t))();
    const runtime = await openRuntime(journal);
    const begin: Position = { sequence: 0n, hash: 0n };
    const append = { frame: new Uint8Array(8), after: begin, end: begin, segmentHeader: () => new Uint8Array(32) };
    assert.equal(await journal.append(append), false);
    assert.equal((await putOrder(runtime, 'R-1')).status, 201);
    await runtime.close();
  });
}

/** Counts appends, or fails them. */
class WatchedJournal extends MemoryJournal {
  appends = 0;
  failing = false;
  refusing = false;

  override append(append: Append): Promise<boolean> {
    this.appends++;
    if (this.failing) return Promise.reject(new Error('the disk is full'));
    if (this.refusing) return Promise.resolve(false);
    return super.append(append);
  }
}

test('requests of one turn share one append', async () => {
  const journal = new WatchedJournal();
  const runtime = await openRuntime(journal);
  journal.appends = 0;
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => putOrder(runtime, `G-${i}`)));
  assert.ok(answers.every(({ status }) => status === 201));
  assert.equal(journal.appends, 1);
  await runtime.close();
});

test('a failed append acknowledges nothing and stops the engine', async () => {
  const journal = new WatchedJournal();
  const runtime = await openRuntime(journal);
  journal.failing = true;
  assert.equal((await putOrder(runtime, 'F-1')).status, 503);
  journal.failing = false;
  assert.equal((await putOrder(runtime, 'F-2')).status, 503);
  await runtime.close();
  const again = await openRuntime(journal);
  assert.equal((await get(again, '/v1/trade-orders/com.acme.order-id=F-1')).status, 404);
  await again.close();
});

test('a refused append is undone, and the engine works on', async () => {
  const journal = new WatchedJournal();
  const runtime = await openRuntime(journal);
  const before = await get(runtime, '/v1/trade-orders');
  journal.refusing = true;
  assert.equal((await putOrder(runtime, 'U-1')).status, 503);
  journal.refusing = false;
  assert.deepEqual(await get(runtime, '/v1/trade-orders'), before);
  assert.equal((await putOrder(runtime, 'U-1')).status, 201);
  await runtime.close();
});

/** A directory with five orders, and its newest segment. */
async function filledDirectory(t: TestContext): Promise<{ directory: string; file: string; bytes: Buffer }> {
  const directory = await temporaryFolder(t);
  const runtime = await openRuntime(await FileJournal.open({ directory }));
  for (let i = 0; i < 5; i++) await putOrder(runtime, `T-${i}`);
  await runtime.close();
  const name = (await readdir(directory)).find((each) => each.endsWith('.wbj'))!;
  const file = path.join(directory, name);
  return { directory, file, bytes: await readFile(file) };
}

test('a torn tail is cut and the rest is there', async (t) => {
  const { directory, file, bytes } = await filledDirectory(t);
  await writeFile(file, bytes.subarray(0, bytes.length - 3));
  const runtime = await openRuntime(await FileJournal.open({ directory }));
  assert.equal((await get(runtime, '/v1/trade-orders/com.acme.order-id=T-3')).status, 200);
  assert.equal((await get(runtime, '/v1/trade-orders/com.acme.order-id=T-4')).status, 404);
  assert.equal((await putOrder(runtime, 'T-4')).status, 201);
  await runtime.close();
});

test('a flipped byte in the middle is refused, in a sentence that names the file and the byte', async (t) => {
  const { directory, file, bytes } = await filledDirectory(t);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  await writeFile(file, bytes);
  const journal = await FileJournal.open({ directory });
  await assert.rejects(openRuntime(journal), /journal-0+1\.wbj: The journal is damaged at byte \d+/);
  await journal.close();
});

test('a second process on the same directory is told who has it', async (t) => {
  const directory = await temporaryFolder(t);
  const journal = await FileJournal.open({ directory });
  await assert.rejects(FileJournal.open({ directory }), new RegExp(`in use by process ${process.pid}`));
  await journal.close();
  await (await FileJournal.open({ directory })).close();
});
