/** Request and response records as docs/formats/exchange.md lays them out. */

import { methods, passedHeaders } from '../../js-host/engine/engine.js';
import type { HttpRequest, HttpResponse } from './hosts.js';

const otherMethod = methods.length;
const passed = new Set<string>(passedHeaders);

/** A request as the core reads it. */
export function encodeRequest({ method, target, headers, body }: HttpRequest): Buffer {
  const index = methods.indexOf(method);
  const lines = headers
    .filter(([name, value]) => passed.has(name) && !value.includes('\n'))
    .map(([name, value]) => `${name}:${value}\n`);
  if (index < 0) lines.push(`:method:${method}\n`);
  const targetBytes = typeof target === 'string' ? Buffer.from(target, 'utf8') : target;
  const headerBytes = Buffer.from(lines.join(''), 'utf8');
  const bodyBytes = body ?? Buffer.alloc(0);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(index < 0 ? otherMethod : index, 0);
  head.writeUInt32LE(targetBytes.length, 4);
  head.writeUInt32LE(headerBytes.length, 8);
  head.writeUInt32LE(bodyBytes.length, 12);
  return Buffer.concat([head, targetBytes, headerBytes, bodyBytes]);
}

/** The answer in a response record. */
export function decodeResponse(record: Uint8Array): HttpResponse {
  const bytes = Buffer.from(record);
  const headerSize = bytes.readUInt32LE(4);
  const bodySize = bytes.readUInt32LE(8);
  if (bytes.length !== 16 + headerSize + bodySize) throw new Error('the response record has a wrong size');
  const lines = bytes.toString('utf8', 16, 16 + headerSize).split('\n').slice(0, -1);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: bytes.readUInt32LE(0),
    headers: new Map(headers),
    body: bytes.subarray(16 + headerSize),
  };
}
