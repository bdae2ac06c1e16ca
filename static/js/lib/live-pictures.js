// Draws the pictures of a live answer in the places of those of the page, and writes what the answer says about them. It computes no value of a map.
import { boxOf } from "./live-answer.js"
import { percent, shortNumber } from "./numbers.js"
import { words } from "./words.js"

const MAP = ".tile__map"
const MADE = ".tile__made"

export function show(lab, { pictures, fold }) {
  lab.toggleAttribute("data-live", true)
  const isSame = fold?.layer === openLayer(lab)
  for (const picture of pictures) {
    if (!isSame && !isWhole(lab, picture)) continue // a map was opened or closed meanwhile
    if (picture.name === "sum") draw(lab.querySelector("#sum-picture"), picture, 0)
    else showSheet(lab, picture, isSame ? fold : undefined)
    showLegend(lab, picture)
  }
}

function openLayer(lab) {
  return [1, 2].find((layer) => lab.matches(`.lab--fold-${layer}`))
}

// Whether a picture is of maps that stand in a grid of their own, with a fold open or not.
function isWhole(lab, { name }) {
  return ["layer1", "layer2"].includes(name) && Boolean(lab.querySelector(`#maps-${name.slice(-1)}`))
}

function showSheet(lab, picture, fold) {
  const { layer, part } = placeOf(picture, fold)
  const silent = new Set(picture.silent)
  picture.ranges.forEach(([least, most], index) => {
    const tile = lab.querySelector(`#tile-${layer}-${index}`)
    const place = part ? tile?.querySelector(part) : tile
    if (!place) return
    draw(place, picture, index)
    if (!part) markSilent(tile, silent.has(index))
    if (part !== MAP) writeRange(tile, shortNumber(least), shortNumber(most))
  })
}

// While a fold stands open, its tiles hold two pictures: what is read, and what is made of it.
function placeOf({ name }, fold) {
  if (name === "contributions") return { layer: fold.layer - 1, part: MADE }
  return { layer: Number(name.slice(-1)), part: name === "layer1" && fold?.layer === 2 ? MAP : undefined }
}

function draw(place, picture, index) {
  const box = boxOf(picture, index)
  const canvas = place.querySelector(":scope > .live-picture") ?? canvasIn(place)
  if (canvas.width !== box[2] || canvas.height !== box[3]) [canvas.width, canvas.height] = box.slice(2)
  const [x, y, width, height] = box
  canvas.getContext("2d").putImageData(picture.sheet, -x, -y, x, y, width, height)
}

// Over the picture of the page, under what is written on it.
function canvasIn(place) {
  const canvas = document.createElement("canvas")
  canvas.className = "live-picture values"
  canvas.setAttribute("aria-hidden", "true")
  const under = place.querySelector(":scope > :is(.sprite, img)")
  if (under) under.after(canvas)
  else place.append(canvas)
  return canvas
}

function markSilent(tile, isSilent) {
  const mark = tile.querySelector(".tile__silent")
  if (tile.matches(".tile--muted") || isSilent === Boolean(mark)) return
  if (mark) return mark.remove()
  const made = Object.assign(document.createElement("span"), { className: "tile__silent", textContent: words("silent") })
  tile.querySelector(".tile__caption").before(made)
}

// The range of a tile is written while it is pointed at or focused; elsewhere none stands, rather than an old one.
function writeRange(tile, least, most) {
  const range = tile.querySelector(".tile__range")
  const text = tile.matches(":hover, :focus") ? words("range", { least, most }) : ""
  if (range && range.textContent !== text) range.textContent = text
}

const LEGENDS = { layer1: "#maps-1 .legend, .parts__maps .legend", layer2: "#maps-2 .legend", contributions: ".parts__made .legend", sum: "#sum-legend .legend" }

function showLegend(lab, { name, legend }) {
  const figure = lab.querySelector(LEGENDS[name])
  if (!legend || !figure?.querySelector(".legend__ticks")) return
  const { minimum, limit, beyond } = legend
  for (const tick of figure.querySelectorAll("[data-part]")) {
    const part = Number(tick.dataset.part)
    const sign = beyond && Math.abs(part) === 1 ? (part > 0 ? "≥ " : "≤ ") : ""
    tick.textContent = sign + shortNumber(part * limit)
  }
  figure.querySelector(".legend__ends").textContent = words("legend_ends", { least: shortNumber(minimum), most: shortNumber(limit) })
  const said = figure.querySelector(".legend__beyond")
  if (said) said.textContent = beyond ? words("legend_beyond", { share: percent(beyond) }) : ""
}
