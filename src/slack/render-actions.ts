import type { NextAction } from '../core/finding.ts';
import { actions, button } from './blocks.ts';

/** Buttons for what a person may do next; clients that notice are asked about first. */
export function actionRow(next: readonly NextAction[], most: number): ReturnType<typeof actions> {
  return actions(
    next.slice(0, most).map((action) =>
      button({
        label: action.label,
        actionId: `do:${action.operation.slice(0, 60)}`,
        value: { o: action.operation, t: action.target, a: [...action.args] },
        ...(action.disruptive ? { style: 'danger', confirm: disruptive(action) } : {}),
      }),
    ),
  );
}

function disruptive(action: NextAction): { title: string; text: string; yes: string } {
  const command = ['/db', action.operation, action.target, ...action.args].join(' ');
  return { title: 'Clients will notice', text: `This asks for: ${command}`, yes: action.label };
}
