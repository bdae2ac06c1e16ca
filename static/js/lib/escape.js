// Escape closes what is open, one thing at a time: settings or a menu, then the detail that has a way to close; focus goes back to where it came from.
export function closeOnEscape(stage, signal) {
  let origin
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return
    const open = stage.querySelector("details:is(.settings, .menu)[open]")
    if (open) {
      open.open = false
      open.querySelector("summary").focus()
      return
    }
    origin = placeOfTheOpenMap(stage)
    document.querySelector("#close")?.click()
  }, { signal })
  document.addEventListener("htmx:after:swap", () => {
    if (origin) document.getElementById(origin)?.focus()
    origin = undefined
  }, { signal })
}

function placeOfTheOpenMap(stage) {
  return stage.querySelector(".layer--right .tile[aria-current], .layer--left:not(.parts) .tile[aria-current]")?.id
}
