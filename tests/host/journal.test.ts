/** Group commit, and what journals promise: the same suite for each (design, decision 5). */

import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import type { TestContext } from 'node:test';
import type { Position } from '../../js-host/engine/engine.js';
import { FileJournal } from '../../js-host/journal/file.js';
import { NoRoomError } from '../../js-host/journal/journal.js';
import type { Append, Journal } from '../../js-host/journal/journal.js';
import { MemoryJournal } from '../../js-host/journal/memory.js';
import type { CutTail } from '../../js-host/runtime/runtime.js';
import { get, nowMs, openRuntime, orderBody, putOrder, temporaryFolder } from './support.js';

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

const demoOrders = 2;

/** Counts appends, or fails them. */
class WatchedJournal extends MemoryJournal {
  appends = 0;
  failing = false;
  refusing = false;
  full = false;
  /** Set: a snapshot waits after its first slice until this resolves. */
  snapshotMayGoOn: Promise<void> | undefined;
  snapshots = 0;

  override append(append: Append): Promise<boolean> {
    this.appends++;
    if (this.failing) return Promise.reject(new Error('the disk is broken'));
    if (this.full) return Promise.reject(new NoRoomError('The disk is full.'));
    if (this.refusing) return Promise.resolve(false);
    return super.append(append);
  }

  override async writeSnapshot(position: Position, slices: AsyncIterable<Uint8Array>): Promise<void> {
    await super.writeSnapshot(position, this.slowly(slices));
    this.snapshots++;
  }

  private async *slowly(slices: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const slice of slices) {
      yield slice;
      await this.snapshotMayGoOn;
    }
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

test('without room writes are refused and reads go on, until there is room', async () => {
  const journal = new WatchedJournal();
  const events: string[] = [];
  const runtime = await openRuntime(journal, {
    onNoRoom: ({ message }) => events.push(message),
    onRoom: () => events.push('room'),
    onFailure: () => events.push('failed'),
  });
  assert.equal((await putOrder(runtime, 'N-1')).status, 201);
  journal.full = true;
  // What arrives together: the read must not tell of what could not be written.
  const orders = '/v1/trade-orders~count';
  const [first, read, second] = await Promise.all([putOrder(runtime, 'N-2'), get(runtime, orders), putOrder(runtime, 'N-3')]);
  assert.deepEqual([first.status, second.status], [503, 503]);
  assert.ok(Buffer.from(first.body).includes('The journal has no room. This changed nothing'));
  assert.deepEqual(read, { status: 200, text: `${demoOrders + 1}\n` });
  assert.equal((await putOrder(runtime, 'N-1')).status, 200, 'what changes nothing needs no room');
  assert.deepEqual(events, ['The disk is full.']);
  journal.full = false;
  assert.equal((await putOrder(runtime, 'N-2')).status, 201);
  assert.deepEqual(events, ['The disk is full.', 'room']);
  await runtime.close();
  const again = await openRuntime(journal);
  assert.equal((await get(again, orders)).text, `${demoOrders + 2}\n`);
  await again.close();
});

test('C-77 without room reservations end all the same for who reads', async () => {
  const journal = new WatchedJournal();
  let now = nowMs;
  const runtime = await openRuntime(journal, { now: () => now });
  const target = '/v1/trade-orders/com.acme.order-id=N-1';
  const reserved = { ...(JSON.parse(orderBody.toString()) as object), reservedUntil: new Date(now + 60_000).toISOString() };
  const body = Buffer.from(JSON.stringify(reserved));
  assert.equal((await runtime.request({ method: 'PUT', target, headers: '', body })).status, 201);
  const status = async (): Promise<string> => (await get(runtime, `${target}/status`)).text;
  assert.equal(await status(), '["Reserved"]\n');
  journal.full = true;
  now += 120_000;
  assert.equal(await status(), '["Unreserved"]\n');
  assert.equal(await status(), '["Unreserved"]\n');
  journal.full = false;
  assert.equal((await putOrder(runtime, 'N-2')).status, 201);
  assert.equal(await status(), '["Unreserved"]\n');
  await runtime.close();
});

test('a snapshot that holds rows which were taken back is given up', async () => {
  for (const refuse of ['full', 'refusing'] as const) {
    const journal = new WatchedJournal();
    const failures: string[] = [];
    let goOn = (): void => undefined;
    journal.snapshotMayGoOn = new Promise((resolve) => (goOn = resolve));
    const runtime = await openRuntime(journal, {
      snapshotBytes: 1,
      onSnapshotFailure: ({ message }) => failures.push(message),
    });
    assert.equal((await putOrder(runtime, 'G-1')).status, 201); // the snapshot is under way now
    journal[refuse] = true;
    assert.equal((await putOrder(runtime, 'G-2')).status, 503);
    journal[refuse] = false;
    assert.equal((await putOrder(runtime, 'G-3')).status, 201);
    goOn();
    await runtime.close();
    assert.match(failures.join(), /^A snapshot was given up/);
    assert.equal(journal.snapshots, 0);
    const again = await openRuntime(journal);
    assert.equal((await get(again, '/v1/trade-orders~count')).text, `${demoOrders + 2}\n`);
    await again.close();
  }
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
  const cuts: CutTail[] = [];
  const runtime = await openRuntime(await FileJournal.open({ directory }), { onCutTail: (cut) => cuts.push(cut) });
  assert.equal(cuts.length, 1);
  assert.equal(cuts[0]!.name, path.basename(file));
  assert.equal(cuts[0]!.lastSequence, runtime.engine.position.sequence);
  assert.equal((await stat(file)).size, bytes.length - 3 - cuts[0]!.bytes);
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
  await assert.rejects(openRuntime(journal), /journal-0+1\.wbj: The journal is damaged at byte \d+: .*\. Nothing was changed; restore the data from a backup\.$/);
  await journal.close();
});

test('what others do to the directory meanwhile is found out before anything is acknowledged', async (t) => {
  const meddling: Record<string, (file: string) => Promise<void>> = {
    'the lock is gone': (file) => unlink(path.join(path.dirname(file), 'LOCK')),
    'the segment has grown': (file) => appendFile(file, 'x'),
    'the segment is shorter': (file) => truncate(file, 100),
    'the segment is gone': (file) => unlink(file),
  };
  for (const [what, meddle] of Object.entries(meddling)) {
    const { directory, file } = await filledDirectory(t);
    const failures: string[] = [];
    const runtime = await openRuntime(await FileJournal.open({ directory }), {
      onFailure: ({ message }) => failures.push(message),
    });
    assert.equal((await putOrder(runtime, 'M-1')).status, 201);
    await meddle(file);
    assert.equal((await putOrder(runtime, 'M-2')).status, 503, what);
    assert.match(failures.join(), /was taken over or changed by another process/, what);
    await runtime.close();
  }
});

test('whoever lost the lock leaves no snapshot behind', async (t) => {
  const { directory } = await filledDirectory(t);
  const journal = await FileJournal.open({ directory });
  const before = (await readdir(directory)).filter((name) => name !== 'LOCK');
  async function* slices(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(8);
    await unlink(path.join(directory, 'LOCK'));
  }
  await assert.rejects(journal.writeSnapshot({ sequence: 1n, hash: 1n }, slices()), /was taken over or changed/);
  assert.deepEqual(await readdir(directory), before);
  await journal.close();
});

test('a second process on the same directory is told who has it', async (t) => {
  const directory = await temporaryFolder(t);
  const journal = await FileJournal.open({ directory });
  await assert.rejects(FileJournal.open({ directory }), new RegExp(`in use by process ${process.pid}`));
  await journal.close();
  await (await FileJournal.open({ directory })).close();
});
