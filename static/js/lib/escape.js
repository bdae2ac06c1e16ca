// Escape closes what is open, one thing at a time: settings, a menu or what is shared, then the detail that has a way to close; focus goes back to
// where it came from. On a phone a tap next to the settings closes them.
import { isPhone } from "./phone.js"

export const OPEN = "details:is(.settings, .menu, .sharing)[open]"

export function closeOnEscape(stage, signal) {
  let origin
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return
    const open = document.querySelector(OPEN)
    if (open) {
      open.open = false
      open.querySelector("summary").focus()
      return
    }
    origin = placeOfTheDetail(stage)
    document.querySelector("#close")?.click()
  }, { signal })
  document.addEventListener("click", ({ target }) => {
    const sheet = isPhone() && target.isConnected && document.querySelector("details.settings[open]")
    if (sheet && !sheet.contains(target)) sheet.open = false
  }, { signal })
  document.addEventListener("htmx:after:swap", () => {
    if (origin) document.querySelector(origin)?.focus()
    origin = undefined
  }, { signal })
}

// A ledger was opened from the map that it is of, unless the focus never moved into it; an open map from its tile.
function placeOfTheDetail(stage) {
  if (stage.querySelector("#pixel")) return document.activeElement?.closest(".bench") ? undefined : "[data-pins]"
  const tile = stage.querySelector(".layer--right .tile[aria-current], .layer--left:not(.parts) .tile[aria-current]")
  return tile && `#${tile.id}`
}
