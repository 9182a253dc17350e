/** A runtime that fails is opened again from its journal (design, decision 5). */

import assert from 'node:assert/strict';
import test from 'node:test';
import { loadEngine } from '../../js-host/engine/load.js';
import type { Append } from '../../js-host/journal/journal.js';
import { MemoryJournal } from '../../js-host/journal/memory.js';
import { Runtime } from '../../js-host/runtime/runtime.js';
import { Supervisor } from '../../js-host/runtime/supervisor.js';
import { get, nowMs, openRuntime, putOrder } from './support.js';

class FailingJournal extends MemoryJournal {
  isFailing = false;
  opened = 0;

  override streams(): ReturnType<MemoryJournal['streams']> {
    this.opened++;
    return super.streams();
  }

  override append(append: Append): Promise<boolean> {
    return this.isFailing ? Promise.reject(new Error('the disk is full')) : super.append(append);
  }
}

interface Supervised {
  journal: FailingJournal;
  supervisor: Supervisor;
  failures: string[];
  recovered: () => Promise<void>;
}

async function supervise(delayMs = 1): Promise<Supervised> {
  const journal = new FailingJournal();
  const failures: string[] = [];
  let onRecovery: (() => void) | undefined;
  const supervisor = await Supervisor.open({
    open: (onFailure) => openRuntime(journal, { onFailure }),
    onFailure: (error) => failures.push(error.message),
    onRecovery: () => onRecovery?.(),
    delaysMs: [delayMs],
  });
  const recovered = (): Promise<void> => new Promise((resolve) => (onRecovery = resolve));
  return { journal, supervisor, failures, recovered };
}

test('after a failed append reads work again, and writes as soon as the journal takes them', async () => {
  const { journal, supervisor, failures, recovered } = await supervise();
  assert.equal((await putOrder(supervisor, 'S-1')).status, 201);
  journal.isFailing = true;
  let back = recovered();
  const refused = await putOrder(supervisor, 'S-2');
  assert.equal(refused.status, 503);
  assert.ok(Buffer.from(refused.body).includes('"code": "StorageFailed"'));
  assert.equal(supervisor.state, 'failed');
  assert.equal((await get(supervisor, '/v1/trade-orders/com.acme.order-id=S-1')).status, 503);
  await back;
  assert.equal(supervisor.state, 'ready');
  assert.equal((await get(supervisor, '/v1/trade-orders/com.acme.order-id=S-1')).status, 200);
  assert.equal((await get(supervisor, '/v1/trade-orders/com.acme.order-id=S-2')).status, 404);
  back = recovered();
  assert.equal((await putOrder(supervisor, 'S-2')).status, 503);
  await back;
  journal.isFailing = false;
  assert.equal((await putOrder(supervisor, 'S-2')).status, 201);
  assert.deepEqual(failures, ['the disk is full', 'the disk is full']);
  assert.equal(journal.opened, 3);
  await supervisor.close();
  assert.equal((await putOrder(supervisor, 'S-3')).status, 503);
});

test('a supervisor that is closed while it waits does not open again', async () => {
  const { journal, supervisor } = await supervise(3_600_000);
  journal.isFailing = true;
  assert.equal((await putOrder(supervisor, 'S-1')).status, 503);
  await supervisor.close();
  assert.equal(supervisor.state, 'stopping');
  assert.equal(journal.opened, 1);
});

test('what cannot be opened the first time is reported by open alone', async () => {
  const failures: Error[] = [];
  const options = {
    open: () => Promise.reject(new Error('in use')),
    onFailure: (error: Error) => failures.push(error),
  };
  await assert.rejects(Supervisor.open(options), /in use/);
  assert.deepEqual(failures, []);
});

test('a fault of the engine fails the runtime, and the requests that wait are answered', async () => {
  const journal = new MemoryJournal();
  const failures: string[] = [];
  const engine = await loadEngine(1n);
  const runtime = await Runtime.open({ journal, engine, now: () => nowMs, onFailure: (e) => failures.push(e.message) });
  engine.handle = () => {
    throw new WebAssembly.RuntimeError('unreachable');
  };
  const answers = await Promise.all([putOrder(runtime, 'E-1'), putOrder(runtime, 'E-2')]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [503, 503],
  );
  assert.ok(answers.every(({ body }) => Buffer.from(body).includes('"code": "EngineFailed"')));
  assert.deepEqual(failures, ['unreachable']);
  assert.equal((await putOrder(runtime, 'E-3')).status, 503);
  await runtime.close();
});

test('a queue that is full answers 503 and takes requests again when it is not', async () => {
  const runtime = await openRuntime(new MemoryJournal(), { queueLimit: 3 });
  const put = (name: string): Promise<number> => putOrder(runtime, name).then(({ status }) => status);
  assert.deepEqual(await Promise.all(['Q-1', 'Q-2', 'Q-3', 'Q-4'].map(put)), [201, 201, 201, 503]);
  assert.equal(await put('Q-4'), 201);
  await runtime.close();
});

test('a snapshot that cannot be written is reported, and nothing else happens', async () => {
  class NoSnapshots extends MemoryJournal {
    override writeSnapshot(): Promise<void> {
      return Promise.reject(new Error('no room for a snapshot'));
    }
  }
  const failures: string[] = [];
  const journal = new NoSnapshots();
  const onSnapshotFailure = (error: Error): number => failures.push(error.message);
  const runtime = await openRuntime(journal, { snapshotBytes: 1, onSnapshotFailure });
  for (let i = 0; i < 3; i++) assert.equal((await putOrder(runtime, `N-${i}`)).status, 201);
  assert.deepEqual(failures, ['no room for a snapshot']); // it is not tried again with every request
  await runtime.close();
});

test('orders that arrive while a snapshot is made are answered, and are there afterwards', async () => {
  const journal = new MemoryJournal();
  const runtime = await openRuntime(journal, { snapshotBytes: 1 });
  const names = Array.from({ length: 500 }, (_, i) => `D-${i}`);
  const answers: Promise<{ status: number }>[] = [];
  for (const name of names) {
    answers.push(putOrder(runtime, name));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok((await Promise.all(answers)).every(({ status }) => status === 201));
  const before = await get(runtime, '/v1/trade-orders');
  await runtime.close();
  const [snapshot, segment] = await journal.streams();
  assert.deepEqual([snapshot?.name, segment?.name], ['snapshot', 'segment']);
  const again = await openRuntime(journal);
  assert.deepEqual(await get(again, '/v1/trade-orders'), before);
  await again.close();
});
