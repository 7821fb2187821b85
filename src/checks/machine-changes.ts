import type { Changed } from '../core/changed.ts';
import { bytesText } from './wording.ts';

/** What a cloud gives a server, by what it is called; numbers are bytes where `of` says so. */
export type Given = {
  name: string;
  of: readonly { what: string; value: number | string | boolean | null; bytes?: true }[];
};

/** Pure: a machine that is smaller or larger, and what else the cloud does otherwise. */
export function machineChanges(good: readonly Given[], now: readonly Given[]): Changed[] {
  return now.flatMap(({ name, of }) => {
    const was = good.find((one) => one.name === name)?.of ?? [];
    return of.flatMap((is) => {
      const then = was.find(({ what }) => what === is.what);
      if (!then || then.value === null || is.value === null || then.value === is.value) return [];
      const sentence = `${name}: ${is.what} ${textOf(then)} → ${textOf(is)}`;
      const size = typeof is.value === 'number' && typeof then.value === 'number' && is.value < then.value ? 1 : 0.5;
      return [{ id: `machine:${name}:${is.what}`, kind: 'machine' as const, sentence, size, objects: [name] }];
    });
  });
}

function textOf({ value, bytes }: Given['of'][number]): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return bytes && typeof value === 'number' ? bytesText(value) : String(value);
}
