import './in-packaged-form.ts';
import '../../app/roles-by-group.test.ts';
