import { describe, expect, test } from 'vitest';
import { clip, duration, escape, inline, split, when, whenShort } from '../../src/slack/mrkdwn.ts';

describe('cutting text', () => {
  test('never splits a character, an entity or a date', () => {
    expect(clip('ab😀cd', 4)).toBe('ab…');
    expect(clip('ab&amp;cd', 6)).toBe('ab…');
    expect(clip('see <!date^1^{time}|x> end', 12)).toBe('see …');
  });

  test('into pieces loses nothing and keeps the limit', () => {
    for (const text of [
      'a b '.repeat(500),
      '😀'.repeat(700),
      '&amp;'.repeat(300),
      'x'.repeat(999),
      'line\n'.repeat(300),
    ]) {
      const pieces = split(text, 100);
      expect(pieces.join('')).toBe(text);
      expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(100);
    }
  });
});

test('escaping is only what Slack asks for, plus broken mentions', () => {
  expect(escape('a < b && c > d')).toBe('a &lt; b &amp;&amp; c &gt; d');
  expect(escape('@here @Channel @ada')).not.toMatch(/@here|@Channel/);
  expect(escape('@ada')).toBe('@ada');
});

test('text from outside stays on its line and within twice its length', () => {
  expect(inline('one\n two\t three', 40)).toBe('one two three');
  expect(inline('&'.repeat(100), 50).length).toBeLessThanOrEqual(100);
});

test('a moment is given in the reader’s zone and in UTC', () => {
  expect(when('2026-11-24T03:00:00Z')).toBe(
    '<!date^1795489200^{date_short_pretty} {time}|2026-11-24 03:00 UTC> (03:00 UTC)',
  );
  expect(whenShort('2026-11-24T03:00:00Z', '2026-11-24T22:59:00Z')).toBe('<!date^1795489200^{time}|03:00 UTC>');
  expect(whenShort('2026-11-24T03:00:00Z', '2026-11-24T23:01:00Z')).toBe(when('2026-11-24T03:00:00Z'));
  expect(when('<soon>')).toBe('&lt;soon&gt;');
});

test.each([
  [45, '45 s'],
  [840, '14 min'],
  [12_000, '3 h 20 min'],
  [187_200, '2 d 4 h'],
])('%d seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});
