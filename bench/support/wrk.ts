/** Runs wrk (Debian's package) and reads what it measured. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';

const connections = 64;

/** Requests per second of `seconds` of load; `args` are those of bench/support/wrk.lua. */
export async function wrk(url: string, args: string[], seconds: number): Promise<number> {
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', 'bench/support/wrk.lua'];
  const child = spawn('wrk', [...options, url, '--', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const rate = /^Requests\/sec: *([\d.]+)/m.exec(output)?.[1];
  if (code !== 0 || rate === undefined || /Non-2xx|Socket errors/.test(output)) {
    throw new Error(`wrk failed:\n${output}`);
  }
  return Number(rate);
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
