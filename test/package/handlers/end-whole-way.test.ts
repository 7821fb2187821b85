import './in-packaged-form.ts';
import '../../app/end-whole-way.test.ts';
