/** Errors that a host answers by itself, in the shape of the core's (H-50 to H-52). */

import { methods } from '../engine/engine.js';
import type { EngineResponse } from '../engine/engine.js';

interface HostError {
  type: string;
  status: number;
  error: string;
  headers?: string[];
}

/** `Error-Info` is no longer than this (H-51); also the core's limits::error_info_bytes (core/base/limits.hpp). */
const errorInfoBytes = 4096;

/** What the API takes somewhere, as an `Allow` header says it (H-5). */
export const apiMethods = methods.join(', ');

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
  MethodNotAvailable: { type: 'method not available', status: 405, error: 'The method is not available here.' },
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

/** A header holds no other characters. */
function asciiJson(value: object): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, escape);
}

/** `members`: what the document tells besides. */
export function errorResponse(
  code: HostErrorCode,
  details: string,
  members: Record<string, string> = {},
): EngineResponse {
  const entry: HostError = registry[code];
  const document = { '@type': entry.type, error: entry.error, details, code, message: details, ...members };
  const line = asciiJson(document);
  const short = asciiJson({ '@type': entry.type, error: entry.error, code });
  const info = line.length > errorInfoBytes ? short : line;
  return {
    status: entry.status,
    headers: ['Content-Type', 'application/json', 'Error-Info', info, ...(entry.headers ?? [])],
    body: new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`),
  };
}

/** The method is none of those that `allow` names; the answer names both. */
export function methodNotAvailable(method: string, allow: string): EngineResponse {
  const details = `Method ${method} is not available here; these are: ${allow}.`;
  const { headers, ...answer } = errorResponse('MethodNotAvailable', details, { method });
  return { ...answer, headers: [...headers, 'Allow', allow] };
}
