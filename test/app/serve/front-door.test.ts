import './in-serve-form.ts';
import '../front-door.test.ts';
