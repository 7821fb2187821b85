import { expect, test } from 'vitest';
import { acceptedBy } from '../../src/app/ask-approval.ts';

test('a plan that can lose acknowledged work is accepted by a person, also where the config asks nobody', () => {
  expect(acceptedBy({ mayLose: true }, { by: 'policy' })).toEqual({ by: 'people', count: 1 });
  expect(acceptedBy({ mayLose: true }, { by: 'people', count: 2 })).toEqual({ by: 'people', count: 2 });
  expect(acceptedBy({}, { by: 'policy' })).toEqual({ by: 'policy' });
});
