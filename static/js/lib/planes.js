// Pictures whose pixels lie at known places of the image, as their data attributes say, and the values that belong to them.
import { marked } from "./numbers.js"

export function planeOf(surface) {
  const [size, step, first] = ["size", "step", "first"].map((name) => surface.dataset[name].split(" ").map(Number))
  return { size, step, first }
}

// How many lines of tiles a grid has, and how many tiles the last one.
export function layOut(grid) {
  const columns = Number(getComputedStyle(grid).getPropertyValue("--columns"))
  const tiles = grid.querySelectorAll(".tile").length
  const lines = Math.ceil(tiles / columns)
  grid.style.setProperty("--lines", lines)
  grid.style.setProperty("--last", tiles - (lines - 1) * columns)
}

export function placeAt(event) {
  const surface = event.target.closest("[data-plane]")
  const picture = surface?.matches(".grid") ? event.target.closest(".tile:not(.tile--unread)") : surface
  if (!picture) return undefined
  const { left, top, width, height } = picture.getBoundingClientRect()
  const [rows, cols] = planeOf(surface).size
  return {
    surface,
    channel: picture.id.match(/\d+$/)?.[0],
    row: clamp(Math.floor((rows * (event.clientY - top)) / height), rows),
    col: clamp(Math.floor((cols * (event.clientX - left)) / width), cols),
  }
}

export function middle(surface) {
  const [height, width] = planeOf(surface).size
  return { surface, row: Math.floor(height / 2), col: Math.floor(width / 2) }
}

export function addressOf({ surface, channel }) {
  return surface.dataset.values?.replace("{channel}", channel)
}

// A size has a fraction where a rest of the map counts for no pixel.
export function clamp(place, size) {
  return Math.max(0, Math.min(place, Math.floor(size) - 1))
}

export function littleEndian(buffer) {
  const view = new DataView(buffer)
  return Float32Array.from({ length: buffer.byteLength / 4 }, (_, index) => view.getFloat32(4 * index, true))
}

// The fewest digits that name this float32 and no other.
export function shortest(value) {
  const digits = [6, 7, 8, 9].find((count) => Math.fround(Number(value.toPrecision(count))) === value) ?? 9
  return marked(String(Number(value.toPrecision(digits))))
}
