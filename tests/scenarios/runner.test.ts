/** The scenario runner itself: a form that is broken is told, a failing expectation really fails. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contractBreaches } from './contract.js';
import type { Host, HttpRequest, HttpResponse } from './hosts.js';
import { mismatches, valueAt } from './matcher.js';
import { runScenario, startMs, transcriptDifferences } from './runner.js';
import { parseScenario, ScenarioSyntaxError } from './scenario.js';
import { fillIn, fillInBytes } from './template.js';

const creation = `# A file
@host = http://127.0.0.1:4700

### The order is created
# O-8, T-O-19
PUT {{host}}/v1/orders/1
Content-Type: application/json

{
  "a": 1
}
###
# expect 201
# expect header Location ~ ^/v1/
# expect body
# {
#   "key": "<key>"
# }
# capture key = key

# clock +1m
# restart

### It is there
# H-18
GET {{host}}/v1/orders/{{key}}
# expect 200
# expect json a/0 = 1
# expect json b absent
# expect count . = 2
`;

describe('parseScenario', () => {
  test('reads requests, expectations and steps in their order', () => {
    const { steps, variables } = parseScenario('a.http', creation);
    assert.equal(variables.get('host'), 'http://127.0.0.1:4700');
    const [create, clock, restart, read] = steps;
    assert.deepEqual(create, {
      kind: 'request',
      line: 6,
      name: 'The order is created',
      rules: ['O-8', 'T-O-19'],
      method: 'PUT',
      target: '{{host}}/v1/orders/1',
      headers: [['content-type', 'application/json']],
      body: '{\n  "a": 1\n}',
      expectations: [
        { line: 13, kind: 'status', status: 201 },
        { line: 14, kind: 'header', name: 'location', test: 'matches', value: '^/v1/' },
        { line: 15, kind: 'body', exact: false, pattern: { key: '<key>' } },
      ],
      captures: [{ line: 19, name: 'key', path: 'key' }],
    });
    assert.deepEqual(clock, { kind: 'clock', line: 21, byMs: 60_000 });
    assert.deepEqual(restart, { kind: 'restart', line: 22 });
    assert.ok(read?.kind === 'request');
    assert.equal(read.body, undefined);
    assert.deepEqual(
      read.expectations.map(({ kind }) => kind),
      ['status', 'json', 'absent', 'count'],
    );
    assert.equal(steps.length, 4);
  });

  const broken: [name: string, text: string, complaint: RegExp][] = [
    ['no status', '### A\n# O-1\nGET /v1\n', /a\.http:3: .*exactly one/],
    ['two of them', '### A\n# O-1\nGET /v1\n# expect 200\n# expect 201\n', /a\.http:3: .*exactly one/],
    ['no rule', '### A\nGET /v1\n# expect 200\n', /a\.http:2: .*cites the rules/],
    ['a comment in the body', '### A O-1\nPUT /v1\n\n{}\n# expect 200\n', /a\.http:5: a comment in the body/],
    ['an expectation too early', '### A O-1\n# expect 200\nGET /v1\n', /a\.http:2: there is no request/],
    ['an unknown expectation', '### A O-1\nGET /v1\n# expect miracles\n', /a\.http:3: unknown expectation/],
    ['JSON that does not end', '### A O-1\nGET /v1\n# expect body {\n# expect 200\n', /a\.http:3: expected a JSON/],
    ['no separator', 'GET /v1\n# expect 200\n', /a\.http:1: a request stands in a block/],
    ['a clock of nonsense', '# clock soon\n', /a\.http:1: expected "\+1m"/],
  ];
  for (const [name, text, complaint] of broken) {
    test(`refuses ${name}`, () => {
      assert.throws(() => parseScenario('a.http', text), (error: Error) => {
        assert.ok(error instanceof ScenarioSyntaxError);
        assert.match(error.message, complaint);
        return true;
      });
    });
  }
});

describe('mismatches', () => {
  const key = '0123456789abcdef0123456789abcdef';
  const fits: [name: string, value: Parameters<typeof mismatches>[0], pattern: Parameters<typeof mismatches>[1]][] = [
    ['a subset of the members', { a: 1, b: 2 }, { a: 1 }],
    ['the wildcards', [key, '2024-12-15T12:00:00.000Z', '-4.50', 'x', null], ['<key>', '<instant>', '<decimal>', '<text>', '<any>']],
    ['a regular expression', 'abc', '<~ ^a>'],
    ['the beginning of an array', [1, 2, 3], [1, '<more>']],
    ['null', null, null],
  ];
  for (const [name, value, pattern] of fits) {
    test(`${name} fits`, () => assert.deepEqual(mismatches(value, pattern), []));
  }

  const fails: [name: string, value: Parameters<typeof mismatches>[0], pattern: Parameters<typeof mismatches>[1], told: string][] = [
    ['another value', { a: { b: 1 } }, { a: { b: 2 } }, 'a/b: expected 2, got 1'],
    ['another type', { a: '1' }, { a: 1 }, 'a: expected 1, got "1"'],
    ['a member that is not there', {}, { a: 1 }, 'a: expected 1, got nothing'],
    ['null for nothing', {}, { a: null }, 'a: expected null, got nothing'],
    ['too long an array', [1, 2], [1], 'body: expected 1 elements, got 2: [1,2]'],
    ['too short an array', [1], [1, 2, '<more>'], 'body: expected at least 2 elements, got 1: [1]'],
    ['what is no key', 'xyz', '<key>', 'body: expected <key>, got "xyz"'],
    ['an object for an array', {}, [], 'body: expected an array, got {}'],
    ['nothing for anything', undefined, '<any>', 'body: expected <any>, got nothing'],
    ['a text that does not match', 'abc', '<~ ^b>', 'body: expected <~ ^b>, got "abc"'],
  ];
  for (const [name, value, pattern, told] of fails) {
    test(`${name} does not fit`, () => assert.deepEqual(mismatches(value, pattern), [told]));
  }

  test('exact wants these members in this order', () => {
    assert.deepEqual(mismatches({ a: 1, b: 2 }, { a: 1, b: 2 }, { exact: true }), []);
    assert.equal(mismatches({ b: 2, a: 1 }, { a: 1, b: 2 }, { exact: true }).length, 1);
    assert.equal(mismatches({ a: [{ b: 1, c: 2 }] }, { a: [{ b: 1 }] }, { exact: true }).length, 1);
  });

  test('valueAt finds members, positions and the end of an array', () => {
    const value = { items: [{ status: ['New'] }, { status: ['Old'] }] };
    assert.equal(valueAt(value, 'items/0/status/0'), 'New');
    assert.equal(valueAt(value, 'items/-1/status/0'), 'Old');
    assert.equal(valueAt(value, 'items/2/status'), undefined);
    assert.equal(valueAt(value, '.'), value);
    assert.equal(valueAt(value, 'toString'), undefined);
  });
});

describe('fillIn', () => {
  test('fills in captures and repetitions', () => {
    assert.equal(fillIn('/{{a}}/{{repeat 3 "xy"}}', new Map([['a', 'b']])), '/b/xyxyxy');
    assert.throws(() => fillIn('{{a}}', new Map()), /never captured/);
    assert.deepEqual(fillInBytes('å{{bytes ff 00}}{{a}}', new Map([['a', 'b']])), Buffer.from('c3a5ff0062', 'hex'));
  });
});

/** What scripted hosts say of their data. */
let contradiction = '';

/** A host that answers each request with what is next. */
function scripted(...responses: Partial<HttpResponse & { text: string }>[]): Host & { log: string[] } {
  const log: string[] = [];
  return {
    log,
    request: ({ method, target }: HttpRequest) => {
      log.push(`${method} ${String(target)}`);
      const { status = 200, headers = new Map([['content-type', 'application/json']]), text = '{}\n' } =
        responses.shift() ?? {};
      return Promise.resolve({ status, headers, body: Buffer.from(text) });
    },
    clock: (nowMs) => Promise.resolve(void log.push(`clock ${nowMs - startMs}`)),
    restart: () => Promise.resolve(void log.push('restart')),
    verify: () => Promise.resolve(contradiction),
    close: () => Promise.resolve(),
  };
}

describe('runScenario', () => {
  const key = '0123456789abcdef0123456789abcdef';
  const json = new Map([['content-type', 'application/json']]);
  const created = { status: 201, headers: new Map([...json, ['location', '/v1/orders/1']]), text: `{"key":"${key}"}\n` };

  test('data that contradict themselves fail a scenario whose answers are right', async () => {
    contradiction = 'stock level 1: physical quantity is 2, but comes to 1.';
    const host = scripted(created, { text: '[1,2]\n' });
    const { failures } = await runScenario(parseScenario('a.http', creation.replace('a/0 = 1', '0 = 1')), host);
    contradiction = '';
    assert.ok(failures.at(-1)?.includes('physical quantity is 2'), failures.join());
  });

  test('runs all steps, with captures filled in', async () => {
    const host = scripted(created, { text: '[1,2]\n' });
    const { failures, transcript } = await runScenario(parseScenario('a.http', creation.replace('a/0 = 1', '0 = 1')), host);
    assert.deepEqual(failures, []);
    assert.deepEqual(host.log, ['PUT /v1/orders/1', 'clock 60000', 'restart', `GET /v1/orders/${key}`]);
    assert.equal(transcript.length, 2);
  });

  test('tells file, line, request, what was expected and what came', async () => {
    const host = scripted({ ...created, status: 200 }, { text: '[1]\n' });
    const { failures } = await runScenario(parseScenario('a.http', creation), host);
    assert.equal(failures.length, 2);
    assert.match(failures[0] ?? '', /^a\.http:6 {2}The order is created {2}\(O-8, T-O-19\)\n {2}PUT \/v1\/orders\/1\n/);
    assert.match(failures[0] ?? '', /a\.http:13 {2}status: expected 201, got 200\n/);
    assert.match(failures[0] ?? '', new RegExp(`answer: 200\n.*\n.*\n {4}\\{"key":"${key}"\\}$`));
    assert.match(failures[1] ?? '', /a\.http:28 {2}a\/0 → body: expected 1, got nothing\n/);
    assert.match(failures[1] ?? '', /a\.http:30 {2}\.: expected 2 elements, got 1\n/);
  });

  test('keeps the value of a header', async () => {
    const text = [
      '### A page O-1',
      'GET /v1/orders?limit=1',
      '# expect 200',
      '# capture next = header X-Cursor-Next',
      '### The next one O-1',
      'GET /v1/orders?limit=1&after={{next}}',
      '# expect 200',
      '# capture last = header X-Cursor-Next',
    ].join('\n');
    const host = scripted({ headers: new Map([...json, ['x-cursor-next', 'abc']]) }, {});
    const { failures } = await runScenario(parseScenario('a.http', text), host);
    assert.deepEqual(host.log, ['GET /v1/orders?limit=1', 'GET /v1/orders?limit=1&after=abc']);
    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? '', /a\.http:8 {2}nothing to capture in header x-cursor-next\n/);
  });

  test('stops when a capture is missing', async () => {
    const host = scripted({ ...created, text: '{}\n' });
    const { failures } = await runScenario(parseScenario('a.http', creation), host);
    assert.match(failures[0] ?? '', /a\.http:19 {2}nothing to capture at key/);
    assert.match(failures[1] ?? '', /\{\{key\}\} was never captured/);
  });

  test('does not turn the clock back', async () => {
    const { failures } = await runScenario(parseScenario('a.http', '# clock 2020-01-01T00:00:00Z\n'), scripted());
    assert.match(failures[0] ?? '', /^a\.http:1 .*\n.*only moves forward/);
  });

  test('compares transcripts', () => {
    const answer = (text: string, headers = json) => [
      { line: 3, request: 'GET /v1', response: { status: 200, headers, body: Buffer.from(text) } },
    ];
    assert.deepEqual(transcriptDifferences('a.http', answer('1'), answer('1', new Map([...json, ['date', 'now']]))), []);
    assert.equal(transcriptDifferences('a.http', answer('1'), answer('2')).length, 1);
    assert.equal(transcriptDifferences('a.http', answer('1'), answer('1', new Map([...json, ['location', '/']]))).length, 1);
    assert.equal(transcriptDifferences('a.http', answer('1'), []).length, 1);
  });
});

describe('contractBreaches', () => {
  const answer = (status: number, text: string, headers: [string, string][] = []): HttpResponse => ({
    status,
    headers: new Map([['content-type', 'application/json'], ...headers]),
    body: Buffer.from(text),
  });
  const error = '{\n  "@type": "not found",\n  "error": "Nothing."\n}\n';

  test('H-41, H-50, H-51 are content with what fits', () => {
    assert.deepEqual(contractBreaches('GET', answer(200, '{"a":1}\n')), []);
    assert.deepEqual(contractBreaches('GET', answer(200, '[{"a":"\\"b\\":"},{"a":{"a":":"}}]\n')), []);
    assert.deepEqual(contractBreaches('GET', answer(404, error, [['error-info', '{"@type":"not found","error":"Nothing."}']])), []);
  });

  const breaches: [name: string, method: string, response: HttpResponse, told: RegExp][] = [
    ['H-41 no newline', 'GET', answer(200, '{}'), /H-41/],
    ['H-41 blanks', 'GET', answer(200, '{ "a": 1}\n'), /H-41/],
    ['H-41 no JSON', 'GET', answer(200, 'x\n'), /not JSON/],
    ['H-41 a member twice', 'GET', answer(200, '[{"a":"\\"b\\":","a":1}]\n'), /member twice/],
    ['H-51 no Error-Info', 'GET', answer(404, error), /no Error-Info/],
    ['H-51 another Error-Info', 'GET', answer(404, error, [['error-info', '{"@type":"x","error":"Nothing."}']]), /Error-Info: @type/],
    ['H-50 no error', 'GET', answer(404, '{}', [['error-info', '{}']]), /H-50: @type/],
    ['H-5 a body for HEAD', 'HEAD', answer(200, '{}'), /H-5/],
  ];
  for (const [name, method, response, told] of breaches) {
    test(name, () => assert.match(contractBreaches(method, response).join('\n'), told));
  }
});
