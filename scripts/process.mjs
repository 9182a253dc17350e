/** What every script shares: child processes that end with us, short output, failures in words. */

import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout; every path the scripts use is relative to it. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const progressIntervalMs = 15_000;
const terminalIntervalMs = 500;
const killGraceMs = 5_000;

/** A failure that its message explains: printed without a stack trace. */
export class Failure extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Ctrl-C, or another signal that asked us to end. */
export class Interrupted extends Failure {
  constructor(signal) {
    super('\nInterrupted.', exitCode(null, signal));
  }
}

const children = new Set();
let interruptedBy = null;

/** Passes the signal to the children once; who waits for them then ends the script. */
function interrupt(signal) {
  if (children.size === 0) process.exit(exitCode(null, signal));
  if (interruptedBy) return;
  interruptedBy = signal;
  for (const child of children) {
    child.kill(signal);
    setTimeout(() => child.kill('SIGKILL'), killGraceMs).unref();
  }
}

/** The exit code as a shell would tell it. */
function exitCode(code, signal) {
  return code ?? 128 + constants.signals[signal];
}

/** Whether the module with this `import.meta.url` is the program, not imported by another one. */
export function isProgram(moduleUrl) {
  return realpathSync(process.argv[1]) === fileURLToPath(moduleUrl);
}

/** Runs `body` as a script: its failures become one message and an exit code. */
export async function script(body) {
  process.chdir(root);
  process.env.PWD = root; // CMake believes it, and would call a symlinked checkout by another name
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

/** `12.3 s` since `startMs`, as given by `performance.now()`. */
export function elapsed(startMs) {
  return `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
}

/**
 * Runs a command to its end and resolves to `{ code, output }`.
 *
 * - `output: 'inherit'` (the default): the child writes to our terminal.
 * - `output: 'capture'`: collected and returned, nothing is printed.
 * - `output: 'progress'`: for long work that prints a lot. Shows its latest line now and then;
 *   `filter(line)` is true for the lines to be passed on at once.
 * - `timeoutMs`: how long the command may take before it is killed.
 */
export function attempt(command, args, options = {}) {
  const { output = 'inherit', env = {}, filter = () => false, timeoutMs } = options;
  const watcher = output === 'progress' ? watchProgress(filter) : null;
  const sink = output === 'inherit' ? 'inherit' : 'pipe';
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', sink, sink],
      env: { ...process.env, ...env },
    });
    children.add(child);
    const timer = timeoutMs && setTimeout(() => child.kill('SIGKILL'), timeoutMs);
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
      if (interruptedBy) reject(new Interrupted(interruptedBy));
      else resolve({ code: exitCode(code, signal), output: Buffer.concat(chunks).toString() });
    });
  });
}

/** As `attempt`, but an exit code other than 0 is a failure, told with the end of unseen output. */
export async function run(command, args, options = {}) {
  const result = await attempt(command, args, options);
  if (result.code === 0) return result;
  const unseen = (options.output ?? 'inherit') !== 'inherit' && !options.filter;
  const tail = unseen ? `${result.output.trimEnd().split('\n').slice(-40).join('\n')}\n` : '';
  const program = path.basename(command === process.execPath ? args[0] : command);
  throw new Failure(`${tail}${program} failed (exit code ${result.code}).`);
}

/** Shows the latest line: on a terminal in one place, elsewhere as a line now and then. */
function watchProgress(filter) {
  const startMs = performance.now();
  const onTerminal = process.stdout.isTTY;
  let pending = '';
  let latest = '';
  const show = () => {
    const line = `  … ${elapsed(startMs)}${latest && `: ${latest.slice(0, 60)}`}`;
    if (onTerminal) process.stdout.write(`\r${line}\x1b[K`);
    else say(line);
  };
  const clear = () => onTerminal && process.stdout.write('\r\x1b[K');
  const timer = setInterval(show, onTerminal ? terminalIntervalMs : progressIntervalMs);
  return {
    feed(chunk) {
      const lines = (pending + chunk.toString()).split('\n');
      pending = lines.pop();
      for (const line of lines) {
        if (filter(line)) {
          clear();
          say(line);
        } else if (line.trim()) {
          latest = line.trim();
        }
      }
    },
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}

/**
 * Runs a program in our place: same terminal, signals passed on once, and its exit code is ours.
 *
 * A terminal sends Ctrl-C to every process in the foreground, the program among them, and npm
 * passes on to us what we also got ourselves; sent again it would look like a second, impatient
 * Ctrl-C.
 */
export function become(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit' });
    const lastSentMs = new Map();
    const forward = (signal) => {
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      const nowMs = performance.now();
      if (nowMs - (lastSentMs.get(signal) ?? -Infinity) < 1000) return;
      lastSentMs.set(signal, nowMs);
      child.kill(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.removeAllListeners(signal).on(signal, () => forward(signal));
    }
    child.on('error', (error) => reject(new Failure(`Cannot run ${command}: ${error.message}`)));
    child.on('close', (code, signal) => {
      process.exitCode = exitCode(code, signal);
      resolve();
    });
  });
}
