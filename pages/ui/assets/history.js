// One visit of a page is one entry of the browser's history: what would push an entry for the page that is open
// replaces it. Streamlit pushes one for each change of the address that Python makes.
// And the document says which language it is in, for screen readers and fonts.
export default function ({ data }) {
  if (data && data.lang) document.documentElement.lang = data.lang
  const history = window.history
  if (history.ferLab) return
  const push = history.pushState.bind(history)
  history.ferLab = true
  history.pushState = (state, title, url) => {
    const here = window.location.pathname
    const there = url == null ? here : new URL(url, window.location.href).pathname
    return there === here ? history.replaceState(state, title, url) : push(state, title, url)
  }
}
