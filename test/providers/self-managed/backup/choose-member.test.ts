import { expect, test } from 'vitest';
import type { MemberFacts } from '../../../../src/providers/self-managed/backup/ask-member.ts';
import { confirmedPages } from '../../../../src/providers/self-managed/backup/broken-pages.ts';
import {
  chooseMember,
  LAG_LIMIT_BYTES,
  whyNoIncrement,
} from '../../../../src/providers/self-managed/backup/choose-member.ts';
import { backupCommand, checkpointFor } from '../../../../src/providers/self-managed/backup/command.ts';

const primary: MemberFacts = {
  name: 'shop-db-1',
  version: 180_004,
  inRecovery: false,
  positionBytes: 1e12,
  sizeBytes: 1e9,
  fullPageWrites: 'on',
  walLevel: 'replica',
  summarizeWal: 'on',
  dataChecksums: 'on',
  spreadSeconds: 270,
  tablespaces: [],
};
const standby: MemberFacts = { ...primary, name: 'shop-db-2', inRecovery: true };

function chosen(...members: MemberFacts[]) {
  return chooseMember(members, []);
}

test('a standby is taken before the primary, and of two the one that is further', () => {
  const behind = { ...standby, name: 'shop-db-3', positionBytes: standby.positionBytes - 1000 };
  expect(chosen(primary, behind, standby)).toMatchObject({ member: { name: 'shop-db-2' }, passedOver: [] });
});

test('a standby that is too far behind is passed over from the limit on', () => {
  const at = (lag: number) => chosen(primary, { ...standby, positionBytes: primary.positionBytes - lag });
  expect(at(LAG_LIMIT_BYTES)).toMatchObject({ member: { name: 'shop-db-2' } });
  expect(at(LAG_LIMIT_BYTES + 1)).toMatchObject({
    member: { name: 'shop-db-1' },
    passedOver: [{ member: 'shop-db-2', why: 'it is 256 MB of WAL behind' }],
  });
});

test('no standby is taken whose primary writes no full pages', () => {
  expect(chosen({ ...primary, fullPageWrites: 'off' }, standby)).toMatchObject({ member: { name: 'shop-db-1' } });
});

test('an old version, wal_level minimal and tablespaces are refused with what to do', () => {
  expect(chosen({ ...primary, version: 140_012 })).toEqual({ refused: expect.stringContaining('15 and later') });
  expect(chosen({ ...primary, walLevel: 'minimal' })).toEqual({
    refused: expect.stringContaining('set it to replica'),
  });
  expect(chosen({ ...primary, tablespaces: ['fast'] }, standby)).toEqual({
    refused: expect.stringMatching(/shop-db-1: it has tablespaces \(fast\).*shop-db-2: it has tablespaces/),
  });
});

test('increments need 17 and summaries of WAL', () => {
  expect(whyNoIncrement(primary)).toBeUndefined();
  expect(whyNoIncrement({ ...primary, version: 160_001, summarizeWal: null })).toContain('17 and later');
  expect(whyNoIncrement({ ...primary, summarizeWal: 'off' })).toContain('ALTER SYSTEM SET summarize_wal = on;');
});

test('a checkpoint is spread on a primary, and made at once where nobody waits for the disk or it took too long', () => {
  expect([checkpointFor(primary), checkpointFor(standby)]).toEqual(['spread', 'fast']);
  expect(checkpointFor({ ...primary, spreadSeconds: 1620 })).toBe('fast');
});

test('the command has a rate that the server takes, and a label that ends where it should', () => {
  const order = { label: "it's", checkpoint: 'fast', kind: 'incremental' } as const;
  expect(backupCommand({ ...order, maxRateBytes: 1 })).toContain('MAX_RATE 32');
  expect(backupCommand({ ...order, maxRateBytes: 1e13 })).toContain('MAX_RATE 1048576');
  expect(backupCommand(order)).toMatch(/^BASE_BACKUP \(LABEL 'it''s', CHECKPOINT 'fast', .*INCREMENTAL true\)$/);
});

test('a wrong page is one that the server complains of too, in whatever language', () => {
  const file = 'base/5/1259';
  const found = [7, 8].map((block) => ({ file, block }));
  const german = 'Prüfsummenüberprüfung fehlgeschlagen in Datei »./base/5/1259«, Block 7: berechnet 8 aber erwartet B1';
  expect(confirmedPages(found, [])).toEqual([]);
  expect(confirmedPages(found.slice(0, 1), [german])).toEqual(found.slice(0, 1));
  expect(confirmedPages(found, [german.replace('1259', '12591')])).toEqual([]);
  expect(
    confirmedPages(
      found,
      Array.from({ length: 6 }, () => german.replace('Block 7', 'Block 1')),
    ),
  ).toEqual(found);
});
