/**
 * The page's only script: the filters, which also live in the address so that a filtered page can be sent, and the
 * switch between dark and light, which the browser remembers where it may.
 */
export const SCRIPT = `(() => {
  const root = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];

  const button = document.getElementById('theme');
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  let theme = null;
  // Each of these is refused where a page may store nothing, as one that was opened from a file.
  try { theme = localStorage.getItem('krsync-theme'); } catch {}
  const paint = () => {
    if (theme === 'dark' || theme === 'light') root.dataset.theme = theme;
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : prefersDark.matches;
    button.textContent = dark ? 'Light' : 'Dark';
    button.setAttribute('aria-label', dark ? 'Switch to light' : 'Switch to dark');
  };
  button.addEventListener('click', () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : prefersDark.matches;
    theme = dark ? 'light' : 'dark';
    try { localStorage.setItem('krsync-theme', theme); } catch {}
    paint();
  });
  prefersDark.addEventListener('change', paint);
  button.hidden = false;
  paint();

  const form = document.getElementById('filters');
  if (!form) return;
  const selects = [...form.querySelectorAll('select')];
  const marked = all('[data-o]');
  const cards = all('.card');
  const objectives = all('.objective');
  const apply = () => {
    let places = null;
    let status = '';
    for (const select of selects) {
      if (select.value === '') continue;
      if (select.name === 'status') { status = select.value; continue; }
      const own = new Set(select.selectedOptions[0].dataset.places.split(' '));
      places = places ? new Set([...places].filter((place) => own.has(place))) : own;
    }
    for (const card of cards) card.hidden = status !== '' && card.dataset.status !== status;
    for (const one of marked) {
      const wrongStatus = status !== '' && one.dataset.status !== undefined && one.dataset.status !== status;
      one.hidden = (places !== null && !places.has(one.dataset.o)) || wrongStatus;
    }
    if (status !== '') {
      const kept = new Set();
      for (const one of objectives) {
        if (!one.hidden && one.querySelector('.card:not([hidden])')) kept.add(one.dataset.o);
      }
      for (const one of marked) if (!kept.has(one.dataset.o)) one.hidden = true;
    }
    for (const panel of all('.panel')) {
      const rows = [...panel.querySelectorAll('[data-o]')];
      if (rows.length > 0) panel.hidden = rows.every((row) => row.hidden);
    }
    const filtered = status !== '' || places !== null;
    for (const one of all('.whole')) one.hidden = filtered;
    const shown = cards.filter((card) => !card.hidden && !card.closest('[hidden]')).length;
    document.getElementById('shown').textContent =
      shown === cards.length ? '' : shown + ' of ' + cards.length + ' key results shown';
    form.querySelector('[type=reset]').disabled = selects.every((select) => select.value === '');
  };
  const remember = () => {
    const chosen = new URLSearchParams();
    for (const select of selects) if (select.value !== '') chosen.set(select.name, select.value);
    try { history.replaceState(null, '', '#' + chosen); } catch {}
  };
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const select of selects) {
    const value = asked.get(select.name);
    if ([...select.options].some((option) => option.value === value)) select.value = value;
  }
  form.addEventListener('change', () => { apply(); remember(); });
  form.addEventListener('reset', () => setTimeout(() => { apply(); remember(); }));
  form.addEventListener('submit', (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();`;
