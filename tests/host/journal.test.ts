/** Group commit, and what journals promise: the same suite for each (design, decision 5). */

import assert from 'node:assert/strict';
import fs, { appendFileSync, unlinkSync } from 'node:fs';
import { appendFile, cp, readdir, readFile, rename, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
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
  assert.equal(cuts[0]!.name, file);
  assert.equal(cuts[0]!.lastSequence, runtime.engine.position.sequence);
  assert.equal((await stat(file)).size, bytes.length - 3 - cuts[0]!.bytes);
  assert.equal((await get(runtime, '/v1/trade-orders/com.acme.order-id=T-3')).status, 200);
  assert.equal((await get(runtime, '/v1/trade-orders/com.acme.order-id=T-4')).status, 404);
  assert.equal((await putOrder(runtime, 'T-4')).status, 201);
  await runtime.close();
});

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Until the function that it returns is called, a write leaves half of its bytes and then fails. */
function failWrites(t: TestContext, code: string, meanwhile: () => void): () => void {
  let isHalf = false;
  const write = (file: number, bytes: Buffer, from: number, size: number, _at: null, done: unknown): void => {
    const answer = done as (error: Error | null, written?: number) => void;
    isHalf = !isHalf;
    if (isHalf) return answer(null, fs.writeSync(file, bytes, from, size >> 1));
    meanwhile();
    answer(systemError(code));
  };
  const mocked = t.mock.method(fs, 'write', write as typeof fs.write);
  syncBuiltinESMExports();
  const end = (): void => {
    mocked.mock.restore();
    syncBuiltinESMExports();
  };
  t.after(end); // also where an assertion fails before
  return end;
}

test('a frame that does not fit is taken back from its file, and the next one follows', async (t) => {
  for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS']) {
    const { directory, file, bytes } = await filledDirectory(t);
    const events: string[] = [];
    const runtime = await openRuntime(await FileJournal.open({ directory }), {
      onNoRoom: () => events.push('no room'),
      onFailure: ({ message }) => events.push(message),
    });
    const end = failWrites(t, code, () => undefined);
    assert.equal((await putOrder(runtime, 'W-1')).status, 503);
    assert.deepEqual(events, ['no room'], code);
    assert.deepEqual(await readFile(file), bytes);
    assert.equal((await get(runtime, '/v1/trade-orders/com.acme.order-id=T-4')).status, 200);
    end();
    assert.equal((await putOrder(runtime, 'W-2')).status, 201);
    await runtime.close();
    const cuts: CutTail[] = [];
    const again = await openRuntime(await FileJournal.open({ directory }), { onCutTail: (cut) => cuts.push(cut) });
    assert.equal((await get(again, '/v1/trade-orders~count')).text, `${demoOrders + 6}\n`);
    assert.deepEqual(cuts, []);
    await again.close();
  }
});

test('where it is not known what the disk holds, the runtime ends, and opening finds out', async (t) => {
  const ways: Record<string, [code: string, message: RegExp, meanwhile: (directory: string) => void]> = {
    'the disk reports an error': ['EIO', /the disk reports an error/, () => undefined],
    'the segment cannot be cut': ['ENOSPC', /the disk reports an error/, () => {
      const ftruncate = t.mock.method(fs, 'ftruncateSync', () => {
        ftruncate.mock.restore();
        throw systemError('EIO');
      });
      syncBuiltinESMExports();
    }],
    'the segment is not ours to cut any more': ['ENOSPC', /was taken over or changed/, (directory) =>
      unlinkSync(path.join(directory, 'LOCK'))],
  };
  for (const [what, [code, message, meanwhile]] of Object.entries(ways)) {
    const { directory, file, bytes } = await filledDirectory(t);
    const failures: string[] = [];
    const runtime = await openRuntime(await FileJournal.open({ directory }), {
      onFailure: (error) => failures.push(error.message),
    });
    const end = failWrites(t, code, () => meanwhile(directory));
    assert.equal((await putOrder(runtime, 'W-1')).status, 503);
    end();
    assert.match(failures.join(), message, what);
    assert.ok((await stat(file)).size > bytes.length, 'nothing was cut');
    await runtime.close();
    const again = await openRuntime(await FileJournal.open({ directory }));
    assert.equal((await get(again, '/v1/trade-orders~count')).text, `${demoOrders + 5}\n`);
    await again.close();
    assert.deepEqual(await readFile(file), bytes);
  }
});

test('a flipped byte in the middle is refused, in a sentence that names the file and the byte', async (t) => {
  const { directory, file, bytes } = await filledDirectory(t);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  await writeFile(file, bytes);
  const journal = await FileJournal.open({ directory });
  await assert.rejects(openRuntime(journal), ({ message }: Error) => {
    assert.ok(message.startsWith(`${file}: `), message);
    assert.match(message, /The journal is damaged at byte \d+: .*\. Nothing was changed; restore the data from a backup\.$/);
    return true;
  });
  await journal.close();
});

test('what others do to the directory meanwhile is found out before anything is acknowledged', async (t) => {
  const meddling: Record<string, (file: string) => Promise<void>> = {
    'the lock is gone': (file) => unlink(path.join(path.dirname(file), 'LOCK')),
    'the segment has grown': (file) => appendFile(file, 'x'),
    'the segment is shorter': (file) => truncate(file, 100),
    'the segment is gone': (file) => unlink(file),
    'the segment lies elsewhere': (file) => rename(file, `${file}.aside`),
    'the directory was exchanged for a copy': async (file) => {
      const directory = path.dirname(file);
      const aside = path.join(await temporaryFolder(t), 'aside');
      await rename(directory, aside);
      await cp(aside, directory, { recursive: true });
    },
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

test('what others do while a frame is on its way is found out when it arrives', async (t) => {
  for (const meddle of [unlinkSync, (lock: string) => appendFileSync(segmentBeside(lock), 'x')]) {
    const directory = await temporaryFolder(t);
    const journal = await FileJournal.open({ directory });
    const append = (sequence: bigint): Promise<boolean> => {
      const [after, end] = [sequence - 1n, sequence].map((each) => ({ sequence: each, hash: 0n })) as [Position, Position];
      return journal.append({ frame: new Uint8Array(8), after, end, segmentHeader: () => new Uint8Array(32) });
    };
    assert.equal(await append(1n), true);
    const onItsWay = append(2n); // looked around already, and handed to the system
    meddle(path.join(directory, 'LOCK'));
    await assert.rejects(onItsWay, /was taken over or changed/);
    await journal.close();
  }
});

function segmentBeside(lock: string): string {
  return path.join(path.dirname(lock), 'journal-0000000000000001.wbj');
}

test('whoever lost the lock cuts nothing off and begins no segment', async (t) => {
  const { directory, file, bytes } = await filledDirectory(t);
  const journal = await FileJournal.open({ directory, segmentBytes: 1 });
  const begin: Position = { sequence: 0n, hash: 0n };
  const append = { frame: new Uint8Array(8), after: begin, end: begin, segmentHeader: () => new Uint8Array(32) };
  await journal.streams();
  await appendFile(file, 'x');
  await assert.rejects(journal.cutTail(100), /was taken over or changed/, 'others have appended');
  await truncate(file, bytes.length);
  await unlink(path.join(directory, 'LOCK'));
  await assert.rejects(journal.cutTail(100), /was taken over or changed/, 'the lock is gone');
  await unlink(file);
  await assert.rejects(journal.append(append), /was taken over or changed/);
  assert.deepEqual(await readdir(directory), []);
  await journal.close();
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
