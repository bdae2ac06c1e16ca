// Grids come at half size, enough for a small screen. Where one is drawn larger on a wide page, or is touched, it is asked for whole.
const HALF = "shrink=2"
const NEAR = 1.1 // so much larger than it is a picture may be drawn
const came = new Set() // whole sheets that this page has

export function sharpen() {
  const wide = matchMedia("(min-width: 56.25rem)")
  const look = () => ask(document, (image) => came.has(wholeOf(image)) || (wide.matches && isTooSmall(image)))
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
  if (!came.has(address)) {
    const picture = Object.assign(new Image(), { src: address })
    await picture.decode().then(() => came.add(address), () => undefined)
  }
  if (came.has(address)) for (const image of halves(document)) if (wholeOf(image) === address) image.setAttribute("href", address)
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
