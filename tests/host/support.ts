/** What the host's tests share: engines, journals in temporary folders, a request in one line. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { EngineResponse } from '../../js-host/engine/engine.js';
import { loadEngine } from '../../js-host/engine/load.js';
import type { Journal } from '../../js-host/journal/journal.js';
import { Runtime } from '../../js-host/runtime/runtime.js';
import type { RuntimeOptions, Service } from '../../js-host/runtime/runtime.js';

export const nowMs = Date.UTC(2024, 11, 15, 12);

export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'waybill-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function openRuntime(journal: Journal, more: Partial<RuntimeOptions> = {}): Promise<Runtime> {
  return Runtime.open({ journal, engine: await loadEngine(1n), now: () => nowMs, ...more });
}

const reference = (key: string, value: string): object => ({ identifiers: { [key]: value } });

/** An order of one WIDGET-001, without identifiers of its own. */
export const orderBody = Buffer.from(
  JSON.stringify({
    supplier: reference('com.acme.company-id', 'ACME-RETAIL'),
    customer: reference('com.acme.customer-id', 'CUST-001'),
    sellers: [reference('com.acme.store-id', 'WAREHOUSE-MAIN')],
    currency: reference('currencyCode', 'SEK'),
    items: [{ product: reference('com.acme.sku', 'WIDGET-001'), quantity: 1 }],
  }),
);

/** Creates the order of that name. */
export function putOrder(service: Service, name: string): Promise<EngineResponse> {
  return service.request({
    method: 'PUT',
    target: `/v1/trade-orders/com.acme.order-id=${name}`,
    headers: '',
    body: orderBody,
  });
}

export async function get(service: Service, target: string): Promise<{ status: number; text: string }> {
  const answer = await service.request({ method: 'GET', target, headers: '', body: undefined });
  return { status: answer.status, text: Buffer.from(answer.body).toString('utf8') };
}
