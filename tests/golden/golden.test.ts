/** Journals of every format version there was are opened, and say what they said when they were written. */

import assert from 'node:assert/strict';
import { copyFile, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { FileJournal } from '../../js-host/journal/file.js';
import { openRuntime, putOrder, temporaryFolder } from '../host/support.js';
import { root } from '../scenarios/engines.js';
import { answersOf, isJournalFile } from './golden.js';

const golden = path.join(root, 'tests/golden');
const versions = (await readdir(golden)).filter((name) => /^v\d+$/.test(name));
assert.ok(versions.length > 0);

for (const version of versions) {
  for (const kind of await readdir(path.join(golden, version))) {
    test(`a ${kind} of format ${version} opens, and what is added to it lasts`, async (t) => {
      const source = path.join(golden, version, kind);
      const directory = await temporaryFolder(t);
      const files = (await readdir(source)).filter(isJournalFile);
      assert.ok(files.length > 0);
      for (const name of files) await copyFile(path.join(source, name), path.join(directory, name));
      const recorded = JSON.parse(await readFile(path.join(source, 'answers.json'), 'utf8')) as Record<string, unknown>;

      const runtime = await openRuntime(await FileJournal.open({ directory }));
      assert.deepEqual(await answersOf(runtime, Object.keys(recorded)), recorded);
      assert.equal((await putOrder(runtime, 'AFTER')).status, 201);
      await runtime.close();
      const again = await openRuntime(await FileJournal.open({ directory }));
      assert.equal((await putOrder(again, 'AFTER')).status, 200);
      await again.close();
    });
  }
}
