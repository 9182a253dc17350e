/** What the HTTP contract promises of every answer, whatever was asked. */

import type { HttpResponse } from './hosts.js';
import { mismatches } from './matcher.js';
import type { Json, MatchOptions } from './matcher.js';

const exact: MatchOptions = { exact: true };
const errorInfoBytes = 4096;

/** The promises of H-41, H-50 and H-51 that an answer breaks. */
export function contractBreaches(method: string, response: HttpResponse): string[] {
  if (method === 'HEAD') return response.body.length === 0 ? [] : ['H-5: HEAD answered with a body'];
  if (response.status >= 400) return errorBreaches(response);
  return response.body.length === 0 ? [] : successBreaches(response);
}

/** H-50, H-51: indented JSON with `@type` and `error`; `Error-Info` is the same document on one line. */
function errorBreaches({ headers, body }: HttpResponse): string[] {
  const breaches: string[] = [];
  const document = parse(body.toString('utf8'));
  const shape = { '@type': '<text>', error: '<text>' };
  breaches.push(...mismatches(document, shape).map((difference) => `H-50: ${difference}`));
  if (!isJson(headers)) breaches.push(`H-51: an error of type ${headers.get('content-type')}`);
  const info = headers.get('error-info');
  if (info === undefined) breaches.push('H-51: no Error-Info');
  else if (!/^[\x20-\x7e]*$/.test(info)) breaches.push('H-51: Error-Info is not ASCII');
  else if (document !== undefined && info.length < errorInfoBytes && body.length < errorInfoBytes) {
    const differences = mismatches(parse(info), document, exact);
    breaches.push(...differences.map((difference) => `H-51: Error-Info: ${difference}`));
  }
  return breaches;
}

/** H-41: compact `application/json` that ends in a newline. */
function successBreaches({ headers, body }: HttpResponse): string[] {
  const breaches: string[] = [];
  const text = body.toString('utf8');
  if (!isJson(headers)) breaches.push(`H-41: an answer of type ${headers.get('content-type')}`);
  const answer = parse(text);
  if (answer === undefined) breaches.push('H-41: the answer is not JSON');
  else if (memberNames(text) !== memberCount(answer)) breaches.push('H-41: an object has a member twice');
  if (!text.endsWith('\n') || text.indexOf('\n') !== text.length - 1 || /^[[{]\s/.test(text)) {
    breaches.push('H-41: the answer is not compact JSON and a newline');
  }
  return breaches;
}

/** How many member names a compact JSON text has. */
function memberNames(text: string): number {
  const strings = text.match(/"(?:[^"\\]|\\.)*":?/g) ?? [];
  return strings.filter((each) => each.endsWith(':')).length;
}

/** How many members the objects of a value have. */
function memberCount(value: Json): number {
  if (value === null || typeof value !== 'object') return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + memberCount(each), 0);
  return Object.values(value).reduce<number>((sum, each) => sum + 1 + memberCount(each), 0);
}

function isJson(headers: ReadonlyMap<string, string>): boolean {
  return /^application\/json(; *charset=utf-8)?$/i.test(headers.get('content-type') ?? '');
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
