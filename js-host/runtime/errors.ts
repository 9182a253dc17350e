/** Errors that a host answers by itself, in the shape of the core's (H-50 to H-52). */

import type { EngineResponse } from '../engine/engine.js';

interface HostError {
  type: string;
  status: number;
  error: string;
  headers?: string[];
}

const badRequest = 'The request was invalid and could not be processed.';
const unavailable: HostError = {
  type: 'service unavailable',
  status: 503,
  error: 'The service cannot answer now.',
  headers: ['Retry-After', '1'],
};

/** By code, as the core's registry is. */
const registry = {
  QueueFull: unavailable,
  Stopping: unavailable,
  StorageFailed: unavailable,
  EngineFailed: unavailable,
  JournalMoved: unavailable,
  NotFound: { type: 'not found', status: 404, error: 'The requested resource was not found.' },
  ContentTooLarge: { type: 'bad request', status: 413, error: 'The request body is too large.' },
  UriTooLong: { type: 'bad request', status: 414, error: 'The URL is too long.' },
  HeadersTooLarge: { type: 'bad request', status: 431, error: 'The headers of the request are too large.' },
  RequestTimeout: { type: 'bad request', status: 408, error: 'The request took too long to arrive.' },
  InvalidUriSyntax: { type: 'invalid uri syntax', status: 400, error: 'The URL could not be read.' },
  MalformedRequest: { type: 'bad request', status: 400, error: badRequest },
  Unauthorized: {
    type: 'unauthorized',
    status: 401,
    error: 'The credential is missing or wrong.',
    headers: ['WWW-Authenticate', 'Bearer'],
  },
} satisfies Record<string, HostError>;

export type HostErrorCode = keyof typeof registry;

/** `members`: what the document tells besides. */
export function errorResponse(
  code: HostErrorCode,
  details: string,
  members: Record<string, string> = {},
): EngineResponse {
  const entry: HostError = registry[code];
  const document = { '@type': entry.type, error: entry.error, details, code, message: details, ...members };
  return {
    status: entry.status,
    headers: ['Content-Type', 'application/json', 'Error-Info', JSON.stringify(document), ...(entry.headers ?? [])],
    body: new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`),
  };
}
