/** Entry of the feature dashboard's panel. */
import '@preact/signals';
import { render } from 'preact';
import { App } from './App';
import '../lib/panel.css';
import './dashboard.css';
import { load } from './store';

render(<App />, document.getElementById('root')!);
void load();
