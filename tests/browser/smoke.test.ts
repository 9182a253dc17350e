/** The engine in Chromium, in a page whose Content-Security-Policy allows no `unsafe-eval`. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { root } from '../scenarios/engines.js';
import type { SmokeResult } from './page/smoke.js';

const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/** All there is to fetch: path, file below the root of the checkout, media type. */
const files = new Map([
  ['/', ['tests/browser/page/index.html', 'text/html; charset=utf-8']],
  ['/smoke.js', ['build/js/tests/browser/page/smoke.js', 'text/javascript; charset=utf-8']],
  ['/waybill.js', ['build/wasm/waybill.js', 'text/javascript; charset=utf-8']],
  ['/waybill.wasm', ['build/wasm/waybill.wasm', 'application/wasm']],
] as const);

const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const pageTimeoutMs = 30_000;

interface Visit {
  result: SmokeResult;
  /** Errors of scripts, of the console (violations of the policy are there), of requests. */
  complaints: string[];
}

let server: Server;
let browser: Browser;

async function serveFile(url: string | undefined): Promise<[number, Record<string, string>, Buffer]> {
  const file = files.get(new URL(url ?? '/', 'http://localhost').pathname as '/');
  if (file === undefined) return [404, {}, Buffer.alloc(0)];
  const [name, type] = file;
  const headers = { 'Content-Type': type, 'Content-Security-Policy': policy };
  return [200, headers, await readFile(path.join(root, name))];
}

async function startServer(): Promise<Server> {
  const started = createServer((request, response) => {
    serveFile(request.url).then(
      ([status, headers, body]) => response.writeHead(status, headers).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  started.listen(0, '127.0.0.1');
  await once(started, 'listening');
  return started;
}

/** Opens the page and waits for what it shows. */
async function visit(query: string): Promise<Visit> {
  const complaints: string[] = [];
  const page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/${query}`);
  try {
    await page.waitForSelector('#result[data-ready]', { timeout: pageTimeoutMs });
  } catch (error) {
    throw new Error(`the page showed no result: ${complaints.join('; ')}`, { cause: error });
  }
  const text = await page.textContent('#result');
  await page.close();
  return { result: JSON.parse(text ?? '') as SmokeResult, complaints };
}

/** The guide's figures for its first order (C-94, C-95). */
function assertFirstOrder({ result, complaints }: Visit): void {
  assert.deepEqual(complaints, []);
  assert.equal(result.error, undefined);
  assert.equal(result.created?.status, 201);
  assert.equal(result.paid?.status, 200);
  assert.equal(result.read?.status, 200);
  const order = result.read.body as {
    totalAmount: string;
    balanceAmount: string;
    payments: { amount: string }[];
  };
  assert.equal(order.totalAmount, '497.50');
  assert.equal(order.balanceAmount, '0.00');
  assert.deepEqual(
    order.payments.map((payment) => payment.amount),
    ['497.50'],
  );
}

describe('the engine in a page without unsafe-eval', { timeout: 120_000 }, () => {
  before(async () => {
    server = await startServer();
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      chromiumSandbox: false,
      args: flags,
    });
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  it('creates, pays and reads the first order, from wasmBinary (C-94, C-95)', async () => {
    assertFirstOrder(await visit('?handover=bytes'));
  });

  it('creates, pays and reads the first order, from a compiled module (C-94, C-95)', async () => {
    assertFirstOrder(await visit('?handover=module'));
  });
});
