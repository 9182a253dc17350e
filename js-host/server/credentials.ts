/** The credentials of sandbox mode (H-60, H-65): none, or the key `banana`. */

import type { IncomingHttpHeaders } from 'node:http';

const sandboxKey = 'banana';

/** The key that a request shows; undefined if it shows none, '' if it cannot be read. */
function presentedKey(headers: IncomingHttpHeaders): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const [scheme = '', value = ''] = authorization.split(/ +/, 2);
    if (scheme.toLowerCase() === 'bearer') return value;
    if (scheme.toLowerCase() !== 'basic') return '';
    const pair = Buffer.from(value, 'base64').toString('utf8');
    return pair.slice(pair.indexOf(':') + 1);
  }
  const key = headers['x-api-key'];
  return Array.isArray(key) ? '' : key;
}

/** Whether a request may go on: without a credential it may, with a wrong one it may not. */
export function isAuthorized(headers: IncomingHttpHeaders): boolean {
  const key = presentedKey(headers);
  return key === undefined || key === sandboxKey;
}
