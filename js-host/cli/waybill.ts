#!/usr/bin/env node
/** The command line: `waybill serve`, `waybill verify`. */

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadEngine } from '../engine/load.js';
import { FileJournal } from '../journal/file.js';
import { replay } from '../runtime/replay.js';
import { Runtime } from '../runtime/runtime.js';
import { Supervisor } from '../runtime/supervisor.js';
import { checkAddress, defaultHost, startServer } from '../server/server.js';

const defaultPort = 4700;

const help = `waybill serve [options]
waybill verify [--data DIR]

serve: the order engine over HTTP on loopback, with its data in a directory.
verify: reads the data of a directory, works out again every figure that follows from others (stock
levels, holds, statuses, payments, indexes), and tells the first difference. It changes nothing;
exit code 0: all is right, 1: something is not, or cannot be read.

  --port N        port to listen on (default ${defaultPort}; 0 for any free one)
  --host H        loopback address to listen on (default ${defaultHost})
  --data DIR      directory of the journal (default ./data)
  --empty         no demo data in a new directory
  --log-level L   trace, debug, info, warn, error or silent (default warn); logs are JSON on standard output
  --help          this text
  --version       the version

Ctrl-C finishes what was accepted and ends; a second one ends at once.
`;

const options = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  empty: { type: 'boolean' },
  'log-level': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** Wrong words on the command line: exit code 2. */
class UsageError extends Error {}

function version(): string {
  const file = new URL('../../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function readPort(text: string | undefined): number {
  const port = Number(text ?? defaultPort);
  if (!Number.isInteger(port) || port < 0 || port > 65535 || text === '') {
    throw new UsageError(`--port takes a number from 0 to 65535, not '${text ?? ''}'.`);
  }
  return port;
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

async function main(args: string[]): Promise<void> {
  let parsed;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  if (values.version) {
    process.stdout.write(`${version()}\n`);
    return;
  }
  const [command, ...rest] = positionals;
  if (command === undefined) throw new UsageError('Say what to do: waybill serve, or waybill verify.');
  if ((command !== 'serve' && command !== 'verify') || rest.length > 0) {
    throw new UsageError(`Unknown command '${positionals.join(' ')}'.`);
  }
  if (command === 'verify') {
    const unused = Object.keys(values).find((name) => name !== 'data');
    if (unused !== undefined) throw new UsageError(`--${unused} is for waybill serve.`);
    await verify(values.data ?? 'data');
    return;
  }
  const logLevel = values['log-level'] ?? 'warn';
  if (!levels.includes(logLevel)) throw new UsageError(`--log-level is one of ${levels.join(', ')}.`);
  await serve(readPort(values.port), values.host, values.data ?? 'data', values.empty !== true, logLevel);
}

/** Holds the lock meanwhile, so that nobody writes what is being read. */
async function verify(data: string): Promise<void> {
  const directory = path.resolve(data);
  const names = await readdir(directory).catch(() => []);
  if (!names.some((name) => name.endsWith('.wbj') || name.endsWith('.wbs'))) {
    throw new Error(`There is no journal in ${directory}. Say which directory with --data.`);
  }
  const journal = await FileJournal.open({ directory, lock: { onWait: (text) => process.stderr.write(`${text}\n`) } });
  try {
    const engine = await loadEngine(0n);
    const tail = await replay(engine, journal);
    if (tail) {
      process.stderr.write(
        `waybill: ${tail.name}: the last ${tail.bytes} bytes are a write that was interrupted; serve will cut them off.\n`,
      );
    }
    const difference = engine.verify();
    if (difference !== '') throw new Error(`The data in ${directory} contradict themselves. ${difference}`);
    process.stdout.write(`The data in ${directory} are right, up to frame ${engine.position.sequence}.\n`);
  } finally {
    await journal.close();
  }
}

async function serve(
  port: number,
  host: string | undefined,
  data: string,
  demo: boolean,
  logLevel: string,
): Promise<void> {
  const directory = path.resolve(data);
  const startedMs = performance.now();
  const address = host === undefined ? { port } : { host, port };
  await checkAddress(address).catch((error: unknown) => {
    throw explained(error, port); // before anything is written
  });
  const say = (text: string): boolean => process.stderr.write(`waybill: ${text}\n`);
  const report = (error: Error): boolean => say(error.message);
  const service = await Supervisor.open({
    open: (onFailure) => openRuntime({ directory, demo, onFailure, say }),
    onFailure: report,
    onRecovery: () => say('The journal is open again.'),
  });
  let server;
  try {
    server = await startServer({ service, logLevel, ...address });
  } catch (error) {
    await service.close();
    throw explained(error, port);
  }
  const tookMs = Math.round(performance.now() - startedMs);
  process.stdout.write(welcome(server.url, directory, tookMs, demo));
  const stop = async (): Promise<void> => {
    await server.close();
    await service.close();
  };
  const firstSignalMs = { at: 0 };
  const onSignal = (): void => {
    const now = Date.now();
    if (firstSignalMs.at === 0) {
      firstSignalMs.at = now;
      stop().catch((error: unknown) => {
        report(error as Error);
        process.exitCode = 1;
      });
    } else if (now - firstSignalMs.at > 1000) {
      process.exit(130); // a second Ctrl-C; a repeat within a second is the same one, passed on twice
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

interface StorageOptions {
  directory: string;
  demo: boolean;
  onFailure: (error: Error) => void;
  /** Takes what an operator should know. */
  say: (text: string) => void;
}

/** An engine on the journal of a directory. */
async function openRuntime({ directory, demo, onFailure, say }: StorageOptions): Promise<Runtime> {
  const journal = await FileJournal.open({ directory, lock: { onWait: say } });
  try {
    const engine = await loadEngine(randomBytes(8).readBigUInt64LE());
    return await Runtime.open({
      journal,
      engine,
      demo,
      onFailure,
      onSnapshotFailure: (error) => say(error.message),
      onNoRoom: (error) => say(`${error.message} Until then writes are answered 503, and reads go on.`),
      onRoom: () => say('The journal has room again.'),
      onCutTail: ({ name, bytes, lastSequence }) =>
        say(
          `${name}: cut off the last ${bytes} bytes, a write that was interrupted and never acknowledged. ` +
            `The journal ends with frame ${lastSequence}.`,
        ),
    });
  } catch (error) {
    await journal.close();
    throw error;
  }
}

function explained(error: unknown, port: number): Error {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error as Error;
  return new Error(`Port ${port} is in use. Choose another one with --port, or 0 for any free one.`);
}

function welcome(url: string, directory: string, tookMs: number, demo: boolean): string {
  const order = `${url}/v1/trade-orders/com.acme.order-id=WEB-2024-123456`;
  const head = `Waybill serves ${url}/v1 (opened in ${tookMs} ms)\nThe data lies in ${directory}\n`;
  if (!demo) return `${head}\nTry:\n\n  curl ${url}/v1/payment-methods\n\nCtrl-C stops it.\n`;
  return `${head}
Try, in another terminal:

  # what there is
  curl '${url}/v1/products~just(name,identifiers)'

  # an order
  curl -X PUT '${order}' -H 'Content-Type: application/json' -d '{
    "identifiers": {"com.acme.order-id": "WEB-2024-123456", "com.acme.channel": "webshop"},
    "supplier": {"identifiers": {"com.acme.company-id": "ACME-RETAIL"}},
    "customer": {"identifiers": {"com.acme.customer-id": "CUST-001"}},
    "sellers": [{"identifiers": {"com.acme.store-id": "WAREHOUSE-MAIN"}}],
    "currency": {"identifiers": {"currencyCode": "SEK"}},
    "items": [{"product": {"identifiers": {"com.acme.sku": "WIDGET-001"}}, "quantity": 2}]
  }'

  # pay it, approve it, look at it
  curl -X PATCH '${order}/actions' -H 'Content-Type: application/json' -d '{
    "createPayment": {"transactionId": "STRIPE-PI-abc123xyz", "timestamp": "2024-12-15T14:32:00Z",
      "method": {"identifiers": {"methodId": "com.heads.card"}},
      "currency": {"identifiers": {"currencyCode": "SEK"}}, "amount": 497.50},
    "tryApprove": true
  }'
  curl '${order}~with(totalAmount,balanceAmount,payments)'

Ctrl-C stops it.
`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const usage = error instanceof UsageError;
  process.stderr.write(`waybill: ${(error as Error).message}\n${usage ? 'See waybill --help.\n' : ''}`);
  process.exitCode = usage ? 2 : 1;
});
