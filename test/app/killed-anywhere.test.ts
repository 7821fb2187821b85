import { killsEachStep } from './killed-anywhere.ts';

// Done and not heard of is the harder half; the other one is in `npm run test:chaos`.
killsEachStep(['after']);
