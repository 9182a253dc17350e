/** Starts the servers that benchmarks send requests to. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts a program of build/js and resolves to its address, which it prints first. */
export async function start(program: string, args: string[]): Promise<{ child: ChildProcess; url: string }> {
  const file = fileURLToPath(new URL(`../../${program}`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const [first] = (await once(child.stdout!, 'data')) as [Buffer];
  child.stdout!.resume();
  const url = /http:\/\/[^/]+/.exec(first.toString())?.[0];
  if (url === undefined) throw new Error(`${program} did not start: ${first.toString()}`);
  return { child, url };
}
