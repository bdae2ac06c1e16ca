// The limits on pixels, as on the server. They hold for what is decoded: of a large JPEG, a half, a quarter or an eighth of each side.
import { words } from "../words.js"

const SCALES = [8, 4, 2]

// Returns the sentence that says what is wrong; undefined where nothing is.
export function tooManyPixels(head, limits) {
  const { kind, width, height } = head
  const { most, most_side } = limits
  const pixels = width * height
  if (kind === "HEIC") return inHeic(head, pixels, limits)
  const scale = kind === "JPEG" ? scaleOf(head, limits) : 1
  if (!fit(Math.ceil(width / scale), Math.ceil(height / scale), limits))
    return words("too_many_pixels", { width, height, pixels, most, most_side })
  return kind === "JPEG" ? inJpeg(head, pixels, limits) : undefined
}

function fit(width, height, { most, most_side }) {
  return width * height <= most && Math.max(width, height) <= most_side
}

// Tiles are decoded one after the other.
function inHeic({ width, height, tiled }, pixels, limits) {
  const { most_side } = limits
  const most = tiled ? limits.most_in_a_heic : limits.most
  if (tiled ? pixels <= most : fit(width, height, limits)) return undefined
  return words("too_many_in_a_heic", { width, height, pixels, most, most_side })
}

function scaleOf({ width, height }, { short_side }) {
  return SCALES.find((scale) => Math.floor(Math.min(width, height) / short_side) >= scale) ?? 1
}

// A progressive one keeps a number for each sample until it ends.
function inJpeg({ width, height, progressive, samples, area }, pixels, { most_in_a_jpeg, most_coefficients }) {
  const kept = progressive ? Math.floor((most_coefficients * area) / samples) : Number.POSITIVE_INFINITY
  const most = Math.min(kept, most_in_a_jpeg)
  if (pixels <= most) return undefined
  if (kept < most_in_a_jpeg) return words("too_many_in_a_progressive_jpeg", { width, height, pixels, most })
  return words("too_many_in_a_jpeg", { width, height, pixels, most })
}
