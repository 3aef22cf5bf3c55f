// What a page shows or uses beside its own text: stylesheets, pictures, films, scripts.

const SOURCES = 'img, source, video, audio, track, iframe, embed, object';

/** The address in the site that an attribute leads to; `null` for another site's. */
function addressOf(text) {
  try {
    const url = new URL(text, document.baseURI);
    return url.origin === location.origin ? decodeURIComponent(url.pathname.slice(1)) : null;
  } catch {
    return null;
  }
}

/** The same address in a form that the browser has to ask for. */
function anew(text, build) {
  const url = new URL(text, document.baseURI);
  url.searchParams.set('hornbook', build);
  return url.href;
}

/** Whether a script that has run is another one now: then only a reload helps. */
export function isAnyScriptNew(isNew) {
  return [...document.scripts].some((script) => isNew(addressOf(script.getAttribute('src') ?? 'data:')));
}

/** Shows anew what has changed: `isNew` is asked with addresses. */
export function refreshAssets(isNew, build) {
  const changed = (text) => {
    const address = text && addressOf(text);
    return address && isNew(address);
  };
  for (const sheet of document.querySelectorAll('link[rel~="stylesheet"]')) {
    // The browser keeps the old rules until the new ones are there.
    if (changed(sheet.getAttribute('href'))) sheet.href = anew(sheet.href, build);
  }
  for (const element of document.querySelectorAll(SOURCES)) {
    for (const name of ['src', 'poster', 'data']) {
      const text = element.getAttribute(name);
      if (changed(text)) element.setAttribute(name, anew(text, build));
    }
    const set = element.getAttribute('srcset');
    if (set) {
      const fresh = set.replace(/(^|,)(\s*)([^\s,]+)/g, (all, comma, space, text) =>
        changed(text) ? comma + space + anew(text, build) : all);
      if (fresh !== set) element.setAttribute('srcset', fresh);
    }
  }
}
