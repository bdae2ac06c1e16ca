// Grids come at half size, enough for a small screen. Where one is drawn larger on a wide page, or is touched, it is asked for whole.
import { sleep } from "./patience.js"
import { isPhone } from "./phone.js"

const HALF = "shrink=2"
const NEAR = 1.1 // so much larger than it is a picture may be drawn
const WAITS_S = [1, 4, 16] // after which a sheet that did not come is asked for again; its half stays meanwhile
const brought = new Set() // addresses of the whole sheets that this page has
const asking = new Set()

export function sharpen() {
  const look = () => ask(document, (image) => brought.has(wholeOf(image)) || (!isPhone() && isTooSmall(image)))
  look()
  addEventListener("resize", look)
  document.addEventListener("htmx:after:swap", look)
  document.addEventListener("click", touched, { capture: true })
}

function touched({ target }) {
  const layer = target.closest?.(".grid, .switch")?.closest(".layer")
  if (layer) ask(layer, () => true)
}

function ask(place, isWanted) {
  const wanted = halves(place).filter(isWanted)
  for (const address of new Set(wanted.map(wholeOf))) bring(address)
}

// It takes the place of its half as soon as it can be drawn, so that nothing blinks.
async function bring(address) {
  if (asking.has(address)) return
  asking.add(address)
  for (let tries = 0; !brought.has(address) && tries <= WAITS_S.length; tries++) {
    if (tries) await sleep(WAITS_S[tries - 1])
    const picture = Object.assign(new Image(), { src: address })
    await picture.decode().then(() => brought.add(address), () => undefined)
  }
  asking.delete(address)
  if (brought.has(address)) for (const image of halves(document)) if (wholeOf(image) === address) image.setAttribute("href", address)
}

function halves(place) {
  return [...place.querySelectorAll(`image[href*="${HALF}"]`)]
}

function wholeOf(image) {
  return image.getAttribute("href").replace(new RegExp(`([?&])${HALF}(&|$)`), "$1").replace(/[?&]$/, "")
}

function isTooSmall(image) {
  const view = image.ownerSVGElement
  return view.getBoundingClientRect().width * devicePixelRatio > (NEAR * view.viewBox.baseVal.width) / 2
}
