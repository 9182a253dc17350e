/** The HTTP server: limits, credentials, what is no request at all, and its end. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'node:test';
import type { TestContext } from 'node:test';
import type { EngineRequest, EngineResponse } from '../../js-host/engine/engine.js';
import { MemoryJournal } from '../../js-host/journal/memory.js';
import type { Append } from '../../js-host/journal/journal.js';
import type { Runtime, Service } from '../../js-host/runtime/runtime.js';
import { startServer } from '../../js-host/server/server.js';
import { openRuntime, orderBody } from './support.js';

const mebibyte = 1024 * 1024;
const json = { 'Content-Type': 'application/json' };

async function serve(t: TestContext, service: Service): Promise<{ url: string; close: () => Promise<void> }> {
  const server = await startServer({ service, port: 0, logLevel: 'silent' });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= server.close());
  t.after(close);
  return { url: server.url, close };
}

/** A server with the demo data in memory. */
async function demo(t: TestContext): Promise<{ url: string; runtime: Runtime }> {
  const runtime = await openRuntime(new MemoryJournal());
  const { url } = await serve(t, runtime);
  return { url, runtime };
}

/** Sends bytes as they are and resolves to all that comes back until the server ends the connection. */
async function raw(url: string, ...pieces: (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined); // the server may cut us off while we send
  for (const piece of pieces) socket.write(piece);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('utf8');
}

interface ErrorDocument {
  '@type': string;
  code: string;
  details: string;
}

function parseAnswer(text: string): { status: number; head: string; document: ErrorDocument } {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  return { status: Number(head.split(' ')[1]), head, document: JSON.parse(body) as ErrorDocument };
}

test('H-60, H-61, H-65 without a credential or with the sandbox key one may, with another one may not', async (t) => {
  const { url } = await demo(t);
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`${url}/v1/currencies~count`, { headers })).status;
  const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
  assert.equal(await status({}), 200);
  assert.equal(await status({ 'X-Api-Key': 'banana' }), 200);
  assert.equal(await status({ Authorization: 'Bearer banana' }), 200);
  assert.equal(await status({ Authorization: basic(':banana') }), 200);
  assert.equal(await status({ Authorization: basic('somebody:banana') }), 200);
  assert.equal(await status({ 'X-Api-Key': 'apple' }), 401);
  assert.equal(await status({ Authorization: 'Bearer apple' }), 401);
  assert.equal(await status({ Authorization: basic(':apple') }), 401);
  assert.equal(await status({ Authorization: 'Digest banana' }), 401);
  assert.equal(await status({ Authorization: 'Bearer apple', 'X-Api-Key': 'banana' }), 401);
  const refused = await fetch(`${url}/v1/currencies~count`, { headers: { 'X-Api-Key': 'apple' } });
  assert.equal(refused.headers.get('www-authenticate'), 'Bearer');
  const document = (await refused.json()) as ErrorDocument;
  assert.equal(document['@type'], 'unauthorized');
  assert.doesNotMatch(JSON.stringify(document), /apple/);
});

test('H-76 a body of 16 MiB is read, one byte more is 413 and changes nothing', async (t) => {
  const { url } = await demo(t);
  const target = `${url}/v1/trade-orders/com.acme.order-id=LARGE`;
  const put = (size: number): Promise<Response> => {
    const body = new Uint8Array(size).fill(' '.charCodeAt(0));
    body.set(orderBody);
    return fetch(target, { method: 'PUT', headers: json, body });
  };
  const refused = await put(16 * mebibyte + 1);
  assert.equal(refused.status, 413);
  assert.equal(((await refused.json()) as ErrorDocument).code, 'ContentTooLarge');
  assert.equal((await fetch(target)).status, 404);
  assert.equal((await put(16 * mebibyte)).status, 201);
});

test('H-76 a body without a length that grows beyond 16 MiB is 413', async (t) => {
  const { url } = await demo(t);
  const head = 'PUT /v1/trade-orders/com.acme.order-id=CHUNKED HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(mebibyte, ' '), Buffer.from('\r\n')]);
  const answer = await raw(url, head, ...Array.from({ length: 17 }, () => chunk));
  assert.equal(parseAnswer(answer).status, 413);
  assert.equal((await fetch(`${url}/v1/currencies~count`)).status, 200);
});

test('Q-104 a target of 8192 bytes is read, longer ones are 414, up to a megabyte', async (t) => {
  const { url } = await demo(t);
  const prefix = '/v1/products/com.acme.sku=';
  const get = (size: number): Promise<string> =>
    raw(url, `GET ${prefix.padEnd(size, 'x')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  assert.equal(parseAnswer(await get(8192)).status, 404);
  for (const size of [8193, 20_000, mebibyte]) {
    const { status, document } = parseAnswer(await get(size));
    assert.equal(status, 414, `${size} bytes`);
    assert.equal(document.code, 'UriTooLong');
    assert.match(document.details, /8192 bytes/);
  }
});

test('H-76 headers of more than 16 KiB are 431', async (t) => {
  const { url } = await demo(t);
  const header = `X-Large: ${'x'.repeat(17 * 1024)}\r\n`;
  const { status, document } = parseAnswer(await raw(url, `GET /v1/currencies HTTP/1.1\r\nHost: x\r\n${header}\r\n`));
  assert.equal(status, 431);
  assert.equal(document.code, 'HeadersTooLarge');
});

test('H-50 what is no request is told so', async (t) => {
  const { url } = await demo(t);
  for (const text of ['hello\r\n\r\n', 'GET\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03']) {
    const { status, document } = parseAnswer(await raw(url, text));
    assert.equal(status, 400, text);
    assert.equal(document.code, 'MalformedRequest');
  }
});

test('a client that goes away in the middle of its body leaves nothing behind', async (t) => {
  const { url } = await demo(t);
  const target = '/v1/trade-orders/com.acme.order-id=GONE';
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(`PUT ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: ${orderBody.length}\r\n\r\n`);
  socket.write(orderBody.subarray(0, 50));
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  assert.equal((await fetch(url + target)).status, 404);
});

test('Q-22, Q-28 a target is percent-encoded, and who forgets it is told', async (t) => {
  const { url } = await demo(t);
  const put = { method: 'PUT', headers: json, body: '{"name":"Åre"}' };
  assert.equal((await fetch(`${url}/v1/products/com.acme.sku=%C3%85%20RE`, put)).status, 201);
  assert.equal((await fetch(`${url}/v1/products/com.acme.sku=Å RE~just(name)`)).status, 200); // fetch encodes
  for (const target of ['/v1/products/com.acme.sku=ÅRE', '/v1/products/com.acme.sku=A RE']) {
    const { status, head, document } = parseAnswer(await raw(url, `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`));
    assert.equal(status, 400, target);
    assert.match(head, /^[\x20-\x7e\r\n]*$/, 'H-51');
    assert.deepEqual(JSON.parse(/\r\nError-Info: (.*)/.exec(head)![1]!), document);
    assert.equal(document['@type'], 'invalid uri syntax');
    assert.match(document.details, /percent-encoded/);
  }
});

test('H-5 HEAD answers the head of GET, and large answers come whole', async (t) => {
  const { url } = await demo(t);
  const target = `${url}/v1/countries`; // some 30 KiB
  const get = await fetch(target);
  const body = await get.text();
  assert.ok(body.length > 16 * 1024);
  assert.equal(Number(get.headers.get('content-length')), Buffer.byteLength(body));
  assert.equal((JSON.parse(body) as unknown[]).length, 249);
  const head = await fetch(target, { method: 'HEAD' });
  assert.equal(head.headers.get('content-length'), get.headers.get('content-length'));
  assert.equal(await head.text(), '');
});

test('H-78 a request id is echoed if it is sound, else made', async (t) => {
  const { url } = await demo(t);
  const id = async (sent?: string): Promise<string | null> => {
    const headers = sent === undefined ? {} : { 'X-Request-Id': sent };
    return (await fetch(`${url}/v1/currencies~count`, { headers })).headers.get('x-request-id');
  };
  assert.equal(await id('abc-123'), 'abc-123');
  assert.match((await id()) ?? '', /^[\x21-\x7e]{8,128}$/);
  assert.notEqual(await id('x'.repeat(129)), 'x'.repeat(129));
  assert.notEqual(await id(), await id());
});

test('the server listens on loopback only, as long as there is no authentication', async () => {
  const service: Service = { state: 'ready', request: () => Promise.reject(new Error('not asked')) };
  for (const host of ['0.0.0.0', '::', '192.168.0.1', 'example.com']) {
    await assert.rejects(startServer({ service, port: 0, host }), /loopback only/);
  }
});

test('H-5 a method that nobody knows here is named, H-61 OPTIONS needs no credential', async (t) => {
  const { url } = await demo(t);
  const trace = await raw(url, 'PROPFIND /v1/currencies HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  const { status, head, document } = parseAnswer(trace);
  assert.equal(status, 405);
  assert.match(head, /\r\nAllow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n/);
  assert.match(document.details, /^Method PROPFIND is not available here/);
  assert.equal((document as ErrorDocument & { method: string }).method, 'PROPFIND');
  // Those that Node does not know either never become a request.
  for (const method of ['BREW', 'X-DO', 'get']) {
    const unknown = parseAnswer(await raw(url, `${method} /v1/currencies HTTP/1.1\r\nHost: a\r\n\r\n`));
    assert.equal(unknown.status, 405, method);
    assert.deepEqual({ ...unknown.document, method }, { ...document, ...named(method) });
    assert.match(unknown.head, /\r\nAllow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS(\r\n|$)/);
  }
  const connected = parseAnswer(await raw(url, 'CONNECT shop.example:443 HTTP/1.1\r\nHost: a\r\n\r\n'));
  assert.equal(connected.status, 405);
  assert.match(connected.document.details, /^Method CONNECT /);
  const leaving = connect(Number(new URL(url).port), '127.0.0.1');
  leaving.write('CONNECT shop.example:443 HTTP/1.1\r\nHost: a\r\n\r\n', () => leaving.resetAndDestroy());
  await once(leaving, 'close');
  const options = { method: 'OPTIONS', headers: { Authorization: 'Bearer apple' } };
  assert.equal((await fetch(`${url}/v1/currencies`, options)).status, 204);
});

/** The members of a 405 that name the method. */
function named(method: string): object {
  const details = `Method ${method} is not available here; these are: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS.`;
  return { details, message: details, method };
}

test('H-5 beside the API there is only reading', async (t) => {
  const { url } = await demo(t);
  for (const [method, target] of [['PROPFIND', '/health'], ['POST', '/ready']]) {
    const answer = await raw(url, `${method} ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    const { status, head, document } = parseAnswer(answer);
    assert.equal(status, 405, method);
    assert.match(head, /\r\nAllow: GET, HEAD\r\n/i);
    assert.equal((document as ErrorDocument & { method: string }).method, method);
  }
});

test('H-50, H-51 whatever is sent to it, what lies outside of the API answers in that shape', async (t) => {
  const { url } = await demo(t);
  const post = (type: string, body: string): string =>
    `POST /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const requests = [
    'GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    post('application/json', '{a}'),
    post('text/xml', '<a/>'),
    post('application/json', ' '.repeat(2 * mebibyte)),
    `GET /${'x'.repeat(6000)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
  ];
  for (const request of requests) {
    const { status, head, document } = parseAnswer(await raw(url, request));
    assert.equal(status, 404, request.slice(0, 80));
    assert.equal(document['@type'], 'not found');
    const info = /\r\nerror-info: (.*?)(\r\n|$)/i.exec(head)![1]!;
    assert.ok(info.length <= 4096, 'H-51');
    const { '@type': type, error, code } = JSON.parse(info) as Record<string, string>;
    assert.deepEqual([type, error, code], ['not found', 'The requested resource was not found.', 'NotFound']);
  }
});

test('H-50, H-51 what lies outside of the API is told so in the shape of its errors', async (t) => {
  const { url } = await demo(t);
  const answer = await fetch(`${url}/nothing?a=1`);
  assert.equal(answer.status, 404);
  const document = (await answer.json()) as ErrorDocument & { url: string };
  assert.deepEqual(document, JSON.parse(answer.headers.get('error-info')!));
  assert.equal(document['@type'], 'not found');
  assert.equal(document.code, 'NotFound');
  assert.equal(document.url, '/nothing?a=1');
  assert.match(document.details, /\/v1/);
});

test('a target may be written with scheme and host, as to a proxy', async (t) => {
  const { url } = await demo(t);
  const status = async (target: string): Promise<number> => {
    const answer = await raw(url, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    return Number(answer.split(' ')[1]);
  };
  assert.equal(await status(`${url}/v1/currencies~count`), 200);
  assert.equal(await status('http://shop.example/health'), 200);
  assert.equal(await status('http://shop.example'), 404);
  assert.equal(await status('http://shop.example?/v1/currencies'), 404);
});

test('H-79 health and readiness', async (t) => {
  const service = { state: 'ready' as Service['state'], request: () => new Promise<EngineResponse>(() => undefined) };
  const { url } = await serve(t, service);
  const answer = async (path: string): Promise<[number, unknown]> => {
    const response = await fetch(url + path);
    return [response.status, await response.json()];
  };
  assert.deepEqual(await answer('/health'), [200, { status: 'ok' }]);
  assert.deepEqual(await answer('/ready'), [200, { status: 'ready' }]);
  service.state = 'failed';
  assert.deepEqual(await answer('/ready'), [503, { status: 'failed' }]);
  assert.deepEqual(await answer('/health'), [200, { status: 'ok' }]);
  assert.equal((await answer('/nothing'))[0], 404);
});

/** A journal whose appends wait until they are let go. */
class SlowJournal extends MemoryJournal {
  letGo: (() => void) | undefined;
  isSlow = false;

  override async append(append: Append): Promise<boolean> {
    if (this.isSlow) await new Promise<void>((resolve) => (this.letGo = resolve));
    return super.append(append);
  }
}

test('closing answers what was accepted, durably, and takes nothing more', async (t) => {
  const journal = new SlowJournal();
  const runtime = await openRuntime(journal);
  const { url, close } = await serve(t, runtime);
  journal.isSlow = true;
  const put = { method: 'PUT', headers: json, body: orderBody.toString() };
  const accepted = fetch(`${url}/v1/trade-orders/com.acme.order-id=LAST`, put);
  while (!journal.letGo) await new Promise((resolve) => setTimeout(resolve, 1));
  const closing = close().then(() => runtime.close());
  await new Promise((resolve) => setTimeout(resolve, 20));
  await assert.rejects(fetch(`${url}/v1/currencies~count`)); // nobody listens any more
  journal.isSlow = false;
  journal.letGo();
  const answer = await accepted;
  assert.equal(answer.status, 201);
  assert.equal(answer.headers.get('connection'), 'close');
  await closing;
  const again = await openRuntime(journal);
  const request: EngineRequest = {
    method: 'GET',
    target: '/v1/trade-orders/com.acme.order-id=LAST~just(status)',
    headers: '',
    body: undefined,
  };
  assert.equal((await again.request(request)).status, 200);
});
