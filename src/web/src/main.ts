import { mount } from 'svelte';
import App from './App.svelte';
import { Live } from './state/live.svelte';
import './style/tokens.css';
import './style/base.css';

const live = new Live();
mount(App, { target: document.body, props: { live } });
live.start();
