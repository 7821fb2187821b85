import { describe, expect, it } from 'vitest';
import { maskedSegment } from '../../../src/operations/keys/segment.ts';

const bytes = (text: string) => Buffer.from(text).toString('latin1');

describe('a part of a key', () => {
  it.each([
    ['session', 'session'],
    ['user-profile', 'user-profile'],
    ['userSession', 'userSession'],
    ['1234', '*'],
    ['550e8400-e29b-41d4-a716-446655440000', '*'],
    ['d41d8cd98f00b204e9800998ecf8427e', '*'],
    ['deadbeefcafe', '*'],
    ['2026-11-28', '*'],
    ['2026-11-28T10', '*'],
    ['order-2026-11', 'order-*'],
    ['user123', 'user*'],
    ['v2', '*'],
    ['{user42}', '{user*}'],
    ['a1b2c3', '*'],
    ['alice@example.com', '*'],
    ['aGVsbG8=', '*'],
    ['x'.repeat(33), '*'],
    ['', ''],
  ])('%s is shown as %s', (part, shown) => {
    expect(maskedSegment(part)).toBe(shown);
  });

  it('keeps words of any language, and takes bytes that are no text for an id', () => {
    expect(maskedSegment(bytes('пользователь'))).toBe('пользователь');
    expect(maskedSegment(bytes('🚀-queue'))).toBe('🚀-queue');
    expect(maskedSegment(bytes('заказ-٤٢'))).toBe('заказ-*');
    expect(maskedSegment('\xff\xfe')).toBe('*');
    expect(maskedSegment('a\x00b')).toBe('*');
  });
});
