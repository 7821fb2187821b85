import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { logDirectory, stderrLog, type Entry } from '../../logs/sample-log.ts';
import { runLogs } from './run-logs.ts';

/** A secret of its own for each place, so that what leaks says from where. */
const secrets: string[] = [];
const secret = (): string => {
  secrets.push(`hunter${secrets.length}zq`);
  return secrets.at(-1) ?? '';
};
const number = (): string => {
  secrets.push(`${7_310_000_000 + secrets.length * 13}`);
  return secrets.at(-1) ?? '';
};
/** Names that --hide-names must hide; without it they may be seen. */
const NAMES = [
  'acmeledger',
  'acmepin',
  'acmerole',
  'acmebase',
  'acmefn',
  'acmeapp',
  'acmehost',
  'Acme Quoted',
  'acmeschema',
  'acmetrigger',
];

const of = { time: '2026-11-28 15:03:20.123 UTC', pid: 12, user: 'acmerole', database: 'acmebase' };
const entry = (severity: string, message: string): Entry => ({ ...of, severity, message });

function statements(): string[] {
  return [
    `select acmepin from acmeschema.acmeledger where a = '${secret()}'`,
    `select E'it\\'s ${secret()}', U&'${secret()}', N'${secret()}', B'${number()}', x'${number()}'`,
    `select $$${secret()}$$, $tag$${secret()} $$ ${secret()}$tag$`,
    `select ${number()}, -${number()}, ${number()}.5e3, .${number()}`,
    `select date '${secret()}', '${secret()}'::text, cast('${secret()}' as text), interval '${secret()}'`,
    `select 1 -- ${secret()}\n\t/* ${secret()} /* ${secret()} */ */ from "Acme Quoted"`,
    `select 1 /*route='acmeapp',password='${secret()}'*/`,
    `insert into acmeledger values ('${secret()}', '${secret()}'), (${number()}, '''${secret()}''')`,
    `alter role acmerole password '${secret()}'`,
    `select acmefn('${secret()}', array['${secret()}'], row(${number()}))`,
    `copy acmeledger from stdin`,
    `select '${secret()} unfinished`,
  ];
}

function log(): string {
  return stderrLog([
    ...statements().map((text, n) => entry('LOG', `duration: ${n + 1}.000 ms  statement: ${text}`)),
    entry(
      'LOG',
      `duration: 50.000 ms  plan:\n\tQuery Text: select acmepin from acmeledger where a = '${secret()}'\n` +
        `\tSeq Scan on acmeledger  (cost=0.00..1.00 rows=1 width=4)\n\t  Filter: (a = '${secret()}'::text)`,
    ),
    entry('DETAIL', `parameters: $1 = '${secret()}', $2 = '${number()}'`),
    entry('LOG', 'duration: 3.000 ms  execute s1: select acmepin from acmeledger where a = $1'),
    entry('DETAIL', `Parameters: $1 = '${secret()}'`),
    entry('ERROR', `duplicate key value violates unique constraint "acmeledger_acmepin_key"`),
    entry('DETAIL', `Key (acmepin)=(${secret()}) already exists.`),
    entry('STATEMENT', `insert into acmeledger values ('${secret()}')`),
    entry('ERROR', `invalid input syntax for type integer: "${secret()}" at character 8`),
    entry('CONTEXT', `COPY acmeledger, line 3, column acmepin: "${secret()}"`),
    entry('STATEMENT', `select '${secret()}'::int`),
    entry('ERROR', `new row for relation "acmeledger" violates check constraint "acmepin_check"`),
    entry('DETAIL', `Failing row contains (${number()}, ${secret()}).`),
    entry('ERROR', `function acmefn(integer) does not exist at character 8`),
    entry('ERROR', `permission denied for table acmeledger`),
    entry('ERROR', `acmetrigger says no to '${secret()}' of ${number()}`),
    entry('FATAL', `password authentication failed for user "acmerole"`),
    entry('LOG', `process 12 still waiting for ShareLock on transaction ${number()} after 1000.1 ms`),
    entry('STATEMENT', `update acmeledger set acmepin = '${secret()}'`),
    entry('LOG', `temporary file: path "base/pgsql_tmp/pgsql_tmp${number()}.0", size 14016512`),
    entry('STATEMENT', `select '${secret()}' from acmeledger order by 1`),
    entry('LOG', `automatic vacuum of table "acmebase.acmeschema.acmeledger": index scans: 0\n\telapsed: 0.25 s`),
    entry('LOG', 'connection authorized: user=acmerole database=acmebase application_name=acmeapp'),
    entry('LOG', 'disconnection: session time: 0:01:00.500 user=acmerole database=acmebase host=acmehost port=5'),
    entry('LOG', `parameter "search_path" changed to "${secret()}"`),
    entry('LOG', 'could not connect to acmehost, archive command failed with exit code 1'),
  ]);
}

const directory = logDirectory();
let file: string;
beforeAll(() => {
  file = directory.write('acmehost.log', log());
});

async function everyOutput(...words: string[]): Promise<Record<'text' | 'json' | 'html', string>> {
  const page = join(directory.path, 'page.html');
  const text = await runLogs([file, '--top', '100', ...words]);
  const json = await runLogs([file, '--json', ...words]);
  const written = await runLogs([file, '--html', page, ...words]);
  expect([text.code, json.code, written.code]).toEqual([0, 0, 0]);
  return { text: text.out + text.err, json: json.out, html: readFileSync(page, 'utf8') };
}

/** Broken lines of a terminal must not hide a value from this test. */
function leaks(output: string, words: readonly string[]): string[] {
  const joined = output.replaceAll(/\s+/g, ' ');
  const tight = output.replaceAll(/\s+/g, '');
  return words.filter((word) => joined.includes(word) || tight.includes(word.replaceAll(' ', '')));
}

test('no value of any literal, parameter, detail or comment is in the terminal, the JSON or the page', async () => {
  const { text, json, html } = await everyOutput();
  expect(secrets.length).toBeGreaterThan(45);
  expect({ text: leaks(text, secrets), json: leaks(json, secrets), html: leaks(html, secrets) }).toEqual({
    text: [],
    json: [],
    html: [],
  });
  expect(text).toContain('acmeledger');
});

test('with --hide-names no name of a table, column, function, role, database, application, host or file is there either', async () => {
  const { text, json, html } = await everyOutput('--hide-names');
  const all = [...secrets, ...NAMES];
  expect({ text: leaks(text, all), json: leaks(json, all), html: leaks(html, all) }).toEqual({
    text: [],
    json: [],
    html: [],
  });
  expect(text).toMatch(/relation "t\d+" violates check constraint "c\d+"/);
  expect(text).toMatch(/select c\d+ from n?c?t?\d*\.?\w+ where c\d+ = \?/);
});

test('a name has one pseudonym, wherever it stands', async () => {
  const { statements: shapes, vacuums } = JSON.parse((await runLogs([file, '--json', '--hide-names'])).out) as {
    statements: { text: string }[];
    vacuums: { name: string }[];
  };
  const table = vacuums[0]?.name.split('.').at(-1) ?? '';
  expect(table).toMatch(/^t\d+$/);
  expect(shapes.map(({ text }) => text)).toContain(`copy ${table} from stdin`);
});
