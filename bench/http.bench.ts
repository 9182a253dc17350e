/**
 * The server over HTTP: durable order creation, payments and status reads, each beside bare node:http
 * that answers as many bytes. wrk sends, with 64 connections; servers and wrk share two cores, one each.
 * Rounds of the two alternate, so that whatever else the machine does meets both; medians are told.
 * An argument picks the subjects whose title holds it.
 */

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { orderBody, orderTarget, paymentBody } from './support/guide.js';
import { start } from './support/server.js';
import { median, wrk } from './support/wrk.js';

const rounds = 11;
const roundSeconds = 2;
const ordersToPay = 2_000;
const json = { 'Content-Type': 'application/json' };

interface Subject {
  title: string;
  /** Arguments of wrk.lua for the server and for the echo beside it. */
  server: (round: number) => string[];
  echo: string[];
  /** The share of the echo's rate that is asked for. */
  asked?: number;
}

async function compare(subject: Subject, server: string, echo: string): Promise<void> {
  if (!subject.title.includes(process.argv[2] ?? '')) return;
  const rates: { server: number[]; echo: number[] } = { server: [], echo: [] };
  await wrk(echo, subject.echo, 2);
  await wrk(server, subject.server(0), 5); // V8 compiles while it runs
  for (let round = 1; round <= rounds; round++) {
    rates.echo.push(await wrk(echo, subject.echo, roundSeconds));
    rates.server.push(await wrk(server, subject.server(round), roundSeconds));
  }
  const own = median(rates.server);
  const bare = median(rates.echo);
  const share = `${((own / bare) * 100).toFixed(0)} %`;
  const asked = subject.asked === undefined ? '' : ` (asked: ${subject.asked} %)`;
  console.log(`${subject.title}: ${Math.round(own)}/s, bare node:http ${Math.round(bare)}/s: ${share}${asked}`);
}

async function main(): Promise<void> {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`);
  const folder = await mkdtemp(path.join(tmpdir(), 'waybill-bench-'));
  const server = await start('js-host/cli/waybill.js', [
    ...['serve', '--port', '0', '--data', path.join(folder, 'data')],
  ]);
  const order = path.join(folder, 'order.json');
  const payment = path.join(folder, 'payment.json');
  await writeFile(order, orderBody('{id}'));
  await writeFile(payment, paymentBody('{id}'));
  for (let i = 0; i < ordersToPay; i++) {
    const put = { method: 'PUT', headers: json, body: new Uint8Array(orderBody(`B-${i}`)) };
    const answer = await fetch(server.url + orderTarget(`B-${i}`), put);
    if (answer.status !== 201) throw new Error(await answer.text());
  }
  const status = `${orderTarget('B-0')}~with(status)`;
  const statusBytes = Buffer.from(await (await fetch(server.url + status)).arrayBuffer());
  const echo = await start('bench/support/echo.js', [statusBytes.toString('base64')]);

  await compare(
    {
      title: 'durable PUT of a new order',
      server: (round) => ['order', `N-${round}-`, order],
      echo: ['echo', '/v1/trade-orders/com.acme.order-id=N', order],
      asked: 60,
    },
    server.url,
    echo.url,
  );
  await compare(
    {
      title: 'durable PATCH, a new payment',
      server: (round) => ['pay', String(ordersToPay), payment, String(round)],
      echo: ['echo', '/v1/trade-orders/com.acme.order-id=N/actions', payment],
    },
    server.url,
    echo.url,
  );
  await compare(
    { title: 'status read', server: () => ['get', status], echo: ['get', status], asked: 65 },
    server.url,
    echo.url,
  );
  server.child.kill('SIGTERM');
  echo.child.kill('SIGTERM');
  await once(server.child, 'exit');
  await rm(folder, { recursive: true });
}

await main();
