import { killsEachStep } from './killed-anywhere.ts';

// Done and not heard of is the harder half. The other one, and every place in every step, is in `npm run test:chaos`.
killsEachStep(['after'], 9);
