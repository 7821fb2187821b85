import './in-packaged-form.ts';
import '../../app/group-unknown.test.ts';
