import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { findPostgresIdentity, giveTo } from '../../../../src/runtime/postgres-identity.ts';
import { drainAll, restoredSums, sumsOf } from '../../../app/restore/restored.ts';
import { collect } from '../../../contracts/backup-store.ts';
import { startTestPostgres, type TestPostgres } from '../../../servers.ts';
import { makeServerDirectory } from '../../../servers/room.ts';
import { done, makeStore, QUICK, withCopies, workIn } from './backing-up.ts';

vi.setConfig({ testTimeout: 300_000 });

const usual = getCACertificates('default');
let papers: string;
let server: TestPostgres;

const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: papers, stdio: 'pipe' });
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority, as a team makes one for its own servers. */
function makeAuthority(name: string): void {
  openssl(
    'req',
    '-x509',
    ...KEY,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.crt`,
    '-days',
    '30',
    '-subj',
    `/CN=${name}`,
  );
}

function trust(authority: string): void {
  setDefaultCACertificates([...usual, readFileSync(join(papers, `${authority}.crt`), 'utf8')]);
}

/** The server as nightshift.yaml names it: under this host, and with TLS or without. */
function as(host: string, tls = true): TestPostgres {
  const members = server.spec.members.map((member) => ({ ...member, host }));
  return Object.assign(Object.create(server) as TestPostgres, { spec: { ...server.spec, tls, members } });
}

beforeAll(async () => {
  papers = makeServerDirectory('papers');
  for (const authority of ['ours', 'theirs']) makeAuthority(authority);
  openssl('req', ...KEY, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=shop-db-1');
  writeFileSync(join(papers, 'names'), 'subjectAltName=DNS:localhost\n');
  const signed = ['-CA', 'ours.crt', '-CAkey', 'ours.key', '-CAcreateserial', '-days', '30', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.crt', ...signed);
  // Who copies comes in by TLS and SCRAM alone; the test itself looks on from beside.
  const rules = ['all', 'replication'].map((what) => `hostssl ${what} nightshift_copy all scram-sha-256`);
  writeFileSync(join(papers, 'hba'), [...rules, 'host all postgres 127.0.0.1/32 scram-sha-256', ''].join('\n'));
  chmodSync(join(papers, 'server.key'), 0o600);
  giveTo(papers, findPostgresIdentity());
  const files = { ssl_cert_file: 'server.crt', ssl_key_file: 'server.key', hba_file: 'hba' };
  const inPapers = Object.entries(files).map(([name, file]) => [name, join(papers, file)]);
  const settings = { ...QUICK, max_slot_wal_keep_size: '1GB', ssl: 'on', ...Object.fromEntries(inPapers) };
  server = await startTestPostgres({ settings });
  await server.query('CREATE TABLE customers AS SELECT g AS id, md5(g::text) AS x FROM generate_series(1, 20000) g');
});
afterAll(async () => {
  setDefaultCACertificates(usual);
  await server.stop();
});
beforeEach(() => trust('ours'));

test('a server that takes only TLS and SCRAM is backed up, drained and restored', async () => {
  const place = makeStore();
  const secret = await server.query<{ kind: string }>(
    "SELECT split_part(rolpassword, '$', 1) AS kind FROM pg_authid WHERE rolname = 'nightshift_copy'",
  );
  expect(secret).toEqual([{ kind: 'SCRAM-SHA-256' }]);
  await drainAll(as('localhost'), place.store);
  done(await withCopies(as('localhost'), (copies) => copies.full(workIn(place))));
  await server.query('DELETE FROM customers WHERE id % 3 = 0');
  await drainAll(as('localhost'), place.store);
  const into = join(makeServerDirectory('restored'), 'here');
  const sums = await restoredSums({ store: place.store, to: { kind: 'latest' }, into });
  expect(sums).toBe(await sumsOf(server.url));
});

test('without TLS it lets nobody in, and that is said', async () => {
  const place = makeStore();
  const taken = await withCopies(as('localhost', false), (copies) => copies.full(workIn(place)));
  expect(taken).toEqual({ refused: expect.stringMatching(/does not let user nightshift_copy in from here/) });
});

test.each([
  ['of an authority that nobody here knows', 'theirs', 'localhost', 'name the file of it in NODE_EXTRA_CA_CERTS'],
  ['for another name', 'ours', '127.0.0.1', 'it is for another name; write the one that it bears as the host'],
] as const)('a certificate %s is refused, and it is said what to do', async (_what, authority, host, advice) => {
  trust(authority);
  const place = makeStore();
  const taken = await withCopies(as(host), (copies) => copies.full(workIn(place)));
  expect(taken).toEqual({
    refused: expect.stringMatching(new RegExp(`the certificate of ${host}:${server.port} is not trusted .*${advice}`)),
  });
  expect(await collect(place.store.list(''))).toEqual([]);
});
