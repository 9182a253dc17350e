/** The command line as a process of its own. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

export const program = fileURLToPath(new URL('../../js-host/cli/waybill.js', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `waybill` with these words to its end. */
export async function waybill(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (ended.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (ended.stderr += chunk.toString()));
  [ended.code] = (await once(child, 'close')) as [number | null];
  return ended;
}

export interface Served {
  url: string;
  child: ChildProcess;
  output: () => string;
  errors: () => string;
  /** Sends the signal and resolves to the exit code, null if the signal ended it. */
  end: (signal: NodeJS.Signals) => Promise<number | null>;
}

/**
 * Starts `waybill serve` on a free port and resolves when it says where it listens. `wrap` are words in front
 * of the command, such as those of a shell that sets limits.
 */
export async function serve(t: TestContext, args: string[], wrap: string[] = []): Promise<Served> {
  const [command = '', ...words] = [...wrap, process.execPath, program, 'serve', '--port', '0', ...args];
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = /serves (http:\/\/[^/]+)\/v1/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then(([code]) => reject(new Error(`waybill ended with exit code ${code}: ${errors}`)));
  });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return (await exited)[0];
  };
  return { url, child, output: () => output, errors: () => errors, end };
}
