import type { RedisMember } from '../../targets/redis.ts';

/** What a check answers when no data member did. */
export const nobodyAnswered = { unreliable: 'no data member answered' } as const;
export const NO_PRIMARY = { unreliable: 'the primary did not answer' } as const;

/** Who is spoken of; the role is the server's own word where it gave one. */
export type MemberName = { name: string; role: string };

export function nameOf({ name, role, roleNow }: RedisMember): MemberName {
  return { name, role: roleNow ?? role };
}

/** "shop-cache-1 (primary)" */
export function who({ name, role }: MemberName): string {
  return `${name} (${role})`;
}

/** A number of INFO, or undefined when the server does not say it: another version, or a service that hides it. */
export function numberOf(info: Readonly<Record<string, string>>, field: string): number | undefined {
  const text = info[field];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The same for a sample, which is JSON: null when the server does not say it. */
export function numberOrNull(info: Readonly<Record<string, string>>, field: string): number | null {
  return numberOf(info, field) ?? null;
}

/** Changes at every start. Twelve of its 40 digits tell two starts apart, and a large cluster sends many. */
export function runIdOf(info: Readonly<Record<string, string>>): string | null {
  return info['run_id']?.slice(0, 12) ?? null;
}

/** Several sections of INFO as one record; a field stands in one section only. */
export async function infoOf(member: RedisMember, ...sections: readonly string[]): Promise<Record<string, string>> {
  return Object.assign({}, ...(await Promise.all(sections.map((section) => member.info(section))))) as Record<
    string,
    string
  >;
}

/** `name=value,name=value` of a line such as `db0` or `slave0`. */
export function wordsOf(line: string): Record<string, string> {
  return Object.fromEntries(
    line.split(',').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
