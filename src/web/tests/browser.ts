document.documentElement.lang = 'en'; // as index.html says

// What the page asks of a browser and jsdom does not have: media queries, here of a narrow screen.
window.matchMedia = (media) =>
  Object.assign(new EventTarget(), { matches: false, media, onchange: null, addListener() {}, removeListener() {} });
