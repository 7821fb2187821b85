import { control } from './control.ts';
import type { Actions } from './surface.ts';

export type Where = { messageTs: string } | { viewId: string };

/** What this person does on a message or a view goes to the app through the control API; `fail` hears what went wrong. */
export function actionsOf(user: string, where: Where, fail: (why: string) => void): Actions {
  return {
    act: async ({ blockId, ...use }) => {
      const block = blockId === '' ? {} : { blockId };
      const answer = await control.act({ user, ...where, ...block, ...use }).catch(asError);
      if (answer.error !== undefined) fail(`That did not work: ${answer.error}`);
    },
    suggest: ({ blockId, ...question }) => {
      const block = blockId === '' ? {} : { blockId };
      return control.suggest({ user, ...where, ...block, ...question }).catch(asError);
    },
    upload: (file) => control.upload(user, file),
  };
}

export function asError(thrown: unknown): { error: string } {
  return { error: thrown instanceof Error ? thrown.message : String(thrown) };
}
