import './in-packaged-form.ts';
import '../../app/canary.test.ts';
