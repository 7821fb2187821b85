import { isManaged } from '../providers/setting-advice.ts';
import type { TargetSpec } from '../targets/spec.ts';

/** Why the bot makes no backups of it, and what to do; null where it can. */
export function whyNoBackups(spec: TargetSpec): string | null {
  if (isManaged(spec))
    return `Whoever hosts ${spec.name} makes its backups; the bot makes none and sees none of them here.`;
  if (spec.members.some(({ role, credentials }) => role !== 'sentinel' && credentials.copy !== undefined)) return null;
  return `No backups are made of ${spec.name}: none of its members has credentials.copy, a login with the right to replicate. Write one, or backup: { mode: off }.`;
}
