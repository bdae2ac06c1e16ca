// Back and forward put the focus where it was when that page was left.
const left = new Map() // by address: the id of what had the focus
let returning

export function returnFocus(signal) {
  document.addEventListener("click", () => left.set(location.href, document.activeElement?.id), { capture: true, signal })
  addEventListener("popstate", () => (returning = left.get(location.href)), { signal })
  document.addEventListener("htmx:after:swap", () => {
    if (returning && document.activeElement === document.body) document.getElementById(returning)?.focus()
    returning = undefined
  }, { signal })
}
