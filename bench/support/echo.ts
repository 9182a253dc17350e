/**
 * What HTTP itself costs in Node: bare node:http that reads a request and answers with the body it got,
 * or, to a request without one, with the bytes given in base64. Prints its port; ends with its parent.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const fixed = Buffer.from(process.argv[2] ?? '', 'base64');

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const [only] = chunks;
    const body = chunks.length === 0 ? fixed : chunks.length === 1 ? only! : Buffer.concat(chunks);
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', String(body.length)]);
    response.end(body);
  });
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`);
});
process.on('disconnect', () => process.exit());
