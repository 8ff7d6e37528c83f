import { mount } from 'svelte';
import Doorway from './door/Doorway.svelte';
import { locales } from './format/locale';
import { keepForOffline } from './offline/register';
import { Live } from './state/live.svelte';
import { fetchLanguage } from './text/languages';
import { speak } from './text/text.svelte';
import './style/tokens.css';
import './style/base.css';

// The texts of another language come while nothing is shown yet; without them the page speaks English.
await fetchLanguage(locales).then(speak, console.error);
const live = new Live();
mount(Doorway, { target: document.body, props: { live } });
live.start();
keepForOffline();
