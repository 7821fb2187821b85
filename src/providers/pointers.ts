import { hostName, type PointerChange, type PointerSaid } from '../core/pointer.ts';
import type { StepJournal } from '../core/operation.ts';
import type { Pointer, PointerLook, PointerResult } from '../targets/pointer.ts';
import type { PointerSpec, TargetSpec } from '../targets/spec.ts';
import type { CloudAccess } from './cloud-access.ts';
import { whyNoRole } from './failover-role.ts';
import { notPointed, pointerBecame } from './pointer-became.ts';
import type { PointerReceipt, PointerStore } from './pointer-store.ts';

type PointerProvider = { openStore(spec: TargetSpec, pointer: PointerSpec, access: CloudAccess): PointerStore };

/** What can keep a pointer; each is loaded with the first target that has it. */
const pointers: { readonly [by: string]: () => Promise<PointerProvider> } = {
  'parameter-store': () => import('./parameter-store/pointer.ts'),
  route53: () => import('./route53/pointer.ts'),
};

/** What clients of a target look it up by, where the config names something; nothing is asked yet. */
export async function pointerOf(
  spec: TargetSpec,
  access: CloudAccess,
): Promise<{ pointer: Pointer; close(): void } | undefined> {
  const load = spec.pointer ? pointers[spec.pointer.by] : undefined;
  if (!spec.pointer || !load) return undefined;
  const store = (await load()).openStore(spec, spec.pointer, access);
  const { name } = spec.pointer;
  const pointer: Pointer = {
    look: async () => {
      const said = await store.read();
      return 'refused' in said ? said : { ...lookOf(spec, store, said), name, fixed: whyNoRole(access) ?? null };
    },
    write: (change, journal) => write(store, change, journal),
    follow: (change, begunAt, journal) => follow(store, name, change, { begunAt, journal, access }),
  };
  return { pointer, close: () => store.close() };
}

function lookOf({ members }: TargetSpec, store: PointerStore, said: PointerSaid): Omit<PointerLook, 'name' | 'fixed'> {
  const servers = members.filter(({ role }) => role !== 'sentinel');
  return {
    what: store.what,
    said,
    hosts: servers.map((one) => ({
      member: one.name,
      host: hostName(one.host),
      kept: store.keptAs(one.host),
      unfit: store.whyUnfit(one.host),
    })),
    ttlSeconds: store.ttlOver(said),
    steps: store.steps,
    lingers: store.lingers(said),
  };
}

async function write(store: PointerStore, change: PointerChange, journal: StepJournal): Promise<PointerResult> {
  const answer = await store.change(change);
  if ('refused' in answer) return notPointed(answer.refused);
  await journal.write({ ...answer });
  return { ended: 'under-way', phase: `AWS has taken the change of ${store.what}.` };
}

type Following = { begunAt: string; journal: StepJournal; access: CloudAccess };

async function follow(
  store: PointerStore,
  name: string,
  change: PointerChange,
  { begunAt, journal, access }: Following,
): Promise<PointerResult> {
  // Only `write` above writes it.
  const receipt = (await journal.read()) as PointerReceipt | null;
  const spread = receipt === null ? 'unknown' : await store.spread(receipt).catch(() => 'unknown' as const);
  const said = await store.read().catch(() => null);
  const seen = { name, receipt, spread, said };
  return pointerBecame(change, seen, { begunAtMs: Date.parse(begunAt), nowMs: access.now() });
}
