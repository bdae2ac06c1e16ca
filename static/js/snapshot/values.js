// The value of the map under the cursor, from numbers that came with the file.
import { crossHair } from "./cross-hair.js"

const LANGUAGE = document.documentElement.lang

function pointing(map) {
  const { rows, columns, span, decimals, unit, says } = map.dataset
  const [height, width] = span.split(" ").map(Number)
  const around = map.parentElement
  const output = around.querySelector(".folded__value output")
  const bytes = Uint8Array.from(atob(around.querySelector(".folded__data").textContent), (one) => one.charCodeAt(0))
  const written = new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: decimals, maximumFractionDigits: decimals, signDisplay: "negative" })
  const data = new DataView(bytes.buffer)
  const cross = map.querySelector(".folded__cross")
  const finished = map.querySelector(".folded__whole")
  const at = [Math.floor(rows / 2), Math.floor(columns / 2)] // row and column

  function value() {
    const place = at[0] * columns + at[1]
    return unit ? data.getInt16(2 * place, true) * unit : data.getFloat32(4 * place, true)
  }

  function show() {
    if (finished.hidden) return leave()
    const [row, column] = at
    const text = value() ? written.format(value()).replace("-", "\u2212") : "0"
    output.textContent = says.replace("{row}", row).replace("{column}", column).replace("{value}", text)
    cross.querySelector("path").setAttribute("d", `M0,${row + 0.5}H${width}M${column + 0.5},0V${height}`)
    cross.querySelector("rect").setAttribute("x", column)
    cross.querySelector("rect").setAttribute("y", row)
    cross.removeAttribute("hidden")
  }

  crossHair(map, map, { rows, columns, height, width, at }, show)
  // The numbers are those of the finished map: while it adds, there is none to say.
  function leave() {
    output.textContent = finished.hidden ? "" : output.dataset.empty
    cross.setAttribute("hidden", "")
  }
  new MutationObserver(leave).observe(finished, { attributeFilter: ["hidden"] })
  // A finger that is lifted leaves too: what it tapped stays said.
  map.addEventListener("pointerleave", ({ pointerType }) => pointerType === "touch" || map.matches(":focus") || leave())
  map.addEventListener("blur", leave)
}

for (const map of document.querySelectorAll("[data-pointed]")) pointing(map)
