/** What every script shares: child processes that end with us, short output, failures in words. */

import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout; every path the scripts use is relative to it. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const progress_interval_ms = 15_000;
const kill_grace_ms = 5_000;

/** A failure that its message explains: printed without a stack trace. */
export class Failure extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const children = new Set();
let interruptedBy = null;

/** Passes the signal to the children once; who waits for them then ends the script. */
function interrupt(signal) {
  if (children.size === 0) process.exit(128 + constants.signals[signal]);
  if (interruptedBy) return;
  interruptedBy = signal;
  for (const child of children) {
    child.kill(signal);
    setTimeout(() => child.kill('SIGKILL'), kill_grace_ms).unref();
  }
}

function interruptedFailure() {
  return new Failure('\nInterrupted.', 128 + constants.signals[interruptedBy]);
}

/** Runs `body` as a script: its failures become one message and an exit code. */
export async function script(body) {
  process.chdir(root);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupt(signal));
  try {
    await body();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.message) console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

export function say(message) {
  console.log(message);
}

/** `12.3 s` since `start_ms`, as given by `performance.now()`. */
export function elapsed(start_ms) {
  return `${((performance.now() - start_ms) / 1000).toFixed(1)} s`;
}

/** Creates the directory (relative to the root) and returns it. */
export function directory(name) {
  mkdirSync(name, { recursive: true });
  return name;
}

/**
 * Runs a command to its end and resolves to `{ code, output }`.
 *
 * - `output: 'inherit'` (the default): the child writes to our terminal.
 * - `output: 'capture'`: collected and returned, nothing is printed.
 * - `output: 'progress'`: for long work that prints a lot. Shows its latest line every now and then;
 *   `filter(line)` returns true for lines to be passed on at once.
 * - `timeout_ms`: how long the command may take before it is killed.
 */
export function attempt(command, args, options = {}) {
  const { output = 'inherit', env = {}, filter = () => false, timeout_ms } = options;
  const watcher = output === 'progress' ? watchProgress(filter) : null;
  const sink = output === 'inherit' ? 'inherit' : 'pipe';
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', sink, sink],
      env: { ...process.env, ...env },
    });
    children.add(child);
    const timer = timeout_ms && setTimeout(() => child.kill('SIGKILL'), timeout_ms);
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        chunks.push(chunk);
        watcher?.feed(chunk);
      });
    }
    const finish = () => {
      children.delete(child);
      clearTimeout(timer);
      watcher?.stop();
    };
    child.on('error', (error) => {
      finish();
      reject(new Failure(`Cannot run ${command}: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      finish();
      if (interruptedBy) reject(interruptedFailure());
      else if (signal && timeout_ms) reject(new Failure(`${command}: stopped after ${timeout_ms / 1000} s`));
      else resolve({ code: code ?? 128 + constants.signals[signal], output: Buffer.concat(chunks).toString() });
    });
  });
}

/** As `attempt`, but an exit code other than 0 is a failure, told with the end of what was captured. */
export async function run(command, args, options = {}) {
  const result = await attempt(command, args, options);
  if (result.code === 0) return result;
  const shown = options.output === 'capture' || options.output === 'progress';
  const tail = shown ? `${result.output.trimEnd().split('\n').slice(-40).join('\n')}\n` : '';
  throw new Failure(`${tail}${path.basename(command)} failed (exit code ${result.code}).`);
}

function watchProgress(filter) {
  const start_ms = performance.now();
  let pending = '';
  let latest = '';
  const timer = setInterval(() => {
    say(`  … ${elapsed(start_ms)}${latest && `: ${latest.slice(0, 90)}`}`);
  }, progress_interval_ms);
  return {
    feed(chunk) {
      const lines = (pending + chunk.toString()).split('\n');
      pending = lines.pop();
      for (const line of lines) {
        if (filter(line)) say(line);
        else if (line.trim()) latest = line.trim();
      }
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * Runs a program in our place: same terminal, signals passed on once each, and its exit code is ours.
 *
 * A terminal sends Ctrl-C to every process in the foreground, the program among them, and npm passes
 * on to us what we also got ourselves; sending it again would look like a second, impatient Ctrl-C.
 */
export function become(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit' });
    const last_sent_ms = new Map();
    const forward = (signal) => {
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      const now_ms = performance.now();
      if (now_ms - (last_sent_ms.get(signal) ?? -Infinity) < 1000) return;
      last_sent_ms.set(signal, now_ms);
      child.kill(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.removeAllListeners(signal).on(signal, () => forward(signal));
    }
    child.on('error', (error) => reject(new Failure(`Cannot run ${command}: ${error.message}`)));
    child.on('close', (code, signal) => {
      process.exitCode = code ?? 128 + constants.signals[signal];
      resolve();
    });
  });
}
