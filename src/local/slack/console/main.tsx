import { render } from 'preact';

render(<p>Nightshift</p>, document.body);
