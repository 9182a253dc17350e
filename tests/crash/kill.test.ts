/** SIGKILL at seeded random moments under load: what was acknowledged is there, and nothing by halves. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { FileJournal } from '../../js-host/journal/file.js';
import { serve } from '../host/process.js';
import { get, openRuntime, temporaryFolder } from '../host/support.js';

const rounds = 4;
const clients = 8;

/** A small generator of its own, so that a failure can be run again by its seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Killed {
  acknowledged: string[];
  sent: string[];
}

/** Starts the server, creates and pays orders from several clients, kills it after `kill` answers. */
async function loadAndKill(t: TestContext, directory: string, round: number, kill: number): Promise<Killed> {
  const { url, child } = await serve(t, ['--data', directory]);
  const result: Killed = { acknowledged: [], sent: [] };
  const client = async (id: number): Promise<void> => {
    for (let i = 0; ; i++) {
      const name = `K-${round}-${id}-${i}`;
      result.sent.push(name);
      try {
        const answer = await fetch(`${url}/v1/trade-orders/com.acme.order-id=${name}`, {
          method: 'PUT',
          headers: { 'Content-Type': 'application/json' },
          body: orderBody,
        });
        await answer.text();
        assert.equal(answer.status, 201);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        return; // the server is gone
      }
      result.acknowledged.push(name);
      if (result.acknowledged.length === kill) child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, id) => client(id)));
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return result;
}

const reference = (key: string, value: string): object => ({ identifiers: { [key]: value } });
const orderBody = JSON.stringify({
  supplier: reference('com.acme.company-id', 'ACME-RETAIL'),
  customer: reference('com.acme.customer-id', 'CUST-001'),
  sellers: [reference('com.acme.store-id', 'WAREHOUSE-MAIN')],
  currency: reference('currencyCode', 'SEK'),
  items: [{ product: reference('com.acme.sku', 'WIDGET-001'), quantity: 2 }],
  actions: { tryApprove: false },
});

test('after SIGKILL every acknowledged order is there, whole', async (t) => {
  const seed = Number(process.env['WAYBILL_SEED'] ?? 20241215);
  t.diagnostic(`WAYBILL_SEED=${seed}`);
  const random = randomFrom(seed);
  const directory = await temporaryFolder(t);
  for (let round = 0; round < rounds; round++) {
    const { acknowledged, sent } = await loadAndKill(t, directory, round, 1 + Math.floor(random() * 300));
    const runtime = await openRuntime(await FileJournal.open({ directory }));
    for (const name of sent) {
      const found = await get(runtime, `/v1/trade-orders/com.acme.order-id=${name}~just(totalAmount,status)`);
      if (acknowledged.includes(name)) assert.equal(found.status, 200, name);
      if (found.status !== 200) continue;
      assert.equal(found.text, '{"@type":"trade order","totalAmount":"497.50","status":["New"]}\n', name);
    }
    await runtime.close();
  }
});
