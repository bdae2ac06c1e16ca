// The limits on pixels, as on the server. They hold for what is decoded: of a large JPEG, a half, a quarter or an eighth of each side.
const SCALES = [8, 4, 2]

// Returns what is wrong, as the name and the values of a sentence; undefined where nothing is.
export function tooManyPixels(head, limits) {
  const { width, height } = head
  const { most, most_side } = limits
  const pixels = width * height
  const scale = head.kind === "JPEG" ? scaleOf(head, limits) : 1
  const decoded = [width, height].map((side) => Math.ceil(side / scale))
  if (decoded[0] * decoded[1] > most || Math.max(...decoded) > most_side) return ["too_many_pixels", { width, height, pixels, most, most_side }]
  if (head.kind !== "JPEG") return undefined
  const [name, mostOfFile] = inJpeg(head, limits)
  return pixels > mostOfFile ? [name, { width, height, pixels, most: mostOfFile }] : undefined
}

function scaleOf({ width, height }, { short_side }) {
  return SCALES.find((scale) => Math.floor(Math.min(width, height) / short_side) >= scale) ?? 1
}

// A progressive one keeps a number for each sample until it ends.
function inJpeg({ progressive, samples, area }, { most_in_a_jpeg, most_coefficients }) {
  const kept = Math.floor((most_coefficients * area) / samples)
  return progressive && kept < most_in_a_jpeg ? ["too_many_in_a_progressive_jpeg", kept] : ["too_many_in_a_jpeg", most_in_a_jpeg]
}
