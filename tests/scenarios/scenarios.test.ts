/** Every scenario file on every host, and the hosts' answers against each other. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { root } from './engines.js';
import { openHosts } from './hosts.js';
import type { OpenHost } from './hosts.js';
import { runScenario, startMs, transcriptDifferences } from './runner.js';
import type { Exchange, Outcome } from './runner.js';
import { parseScenario } from './scenario.js';

const directory = path.join(root, 'tests/scenarios');

for (const file of readdirSync(directory).filter((name) => name.endsWith('.http'))) {
  describe(file, () => {
    const transcripts = new Map<string, Exchange[]>();
    for (const [name, open] of Object.entries(openHosts)) {
      test(`${file} on ${name}`, async () => {
        const { transcript, failures } = await play(file, open);
        transcripts.set(name, transcript);
        if (failures.length > 0) assert.fail(`\n${failures.join('\n\n')}`);
      });
    }
    test(`${file}: all hosts answer with the same bytes`, () => {
      const [[reference, expected] = [], ...others] = transcripts;
      if (expected === undefined) return assert.fail('no host ran it');
      for (const [name, transcript] of others) {
        const differences = transcriptDifferences(`${reference} and ${name}: ${file}`, expected, transcript);
        if (differences.length > 0) assert.fail(`\n${differences.join('\n\n')}`);
      }
    });
  });
}

async function play(file: string, open: OpenHost): Promise<Outcome> {
  const scenario = parseScenario(`tests/scenarios/${file}`, readFileSync(path.join(directory, file), 'utf8'));
  const host = await open(startMs);
  try {
    return await runScenario(scenario, host);
  } finally {
    await host.close();
  }
}
