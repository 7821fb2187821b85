import { describe, expect, test } from 'vitest';
import { evidenceText } from '../../src/slack/render-details.ts';

describe('evidence in a thread', () => {
  test('is in words, with units behind the numbers and without what is empty', () => {
    expect(
      evidenceText({
        calls: 40,
        totalMs: 12_400,
        extraLoad: 0.21,
        waitsSeconds: 3,
        roles: ['shop', 'batch'],
        tags: {},
        usual: null,
      }),
    ).toBe('calls: 40\ntotal: 12400 ms\nextra load: 0.21\nwaits: 3 s\nroles: shop, batch');
  });

  test('shows a plan as the tree that it is, and records in columns', () => {
    const plan = ['  Aggregate · 1 % · ~1 row', '▶   Seq Scan orders · 99 % · ~12 rows'];
    expect(evidenceText({ plan })).toBe('plan:\n    Aggregate · 1 % · ~1 row\n  ▶   Seq Scan orders · 99 % · ~12 rows');
    expect(evidenceText({ signs: [{ what: 'pages', before: 14, now: 1_035 }] })).toBe(
      'signs:\n  what  | before | now\n  pages | 14     | 1035'.replaceAll(' | ', alignment()),
    );
  });

  test('keeps names that are no words of ours as they are', () => {
    expect(evidenceText({ 'shop-db-1': 3, max_connections: 100 })).toBe('shop-db-1: 3\nmax_connections: 100');
  });
});

/** As tables of texts are aligned. */
function alignment(): string {
  const [header = ''] = evidenceText([{ a: 1, b: 2 }]).split('\n');
  return header.slice(1, -1);
}
