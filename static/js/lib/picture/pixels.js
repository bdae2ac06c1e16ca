// The limits on pixels, as on the server. They hold for what is decoded: of a large JPEG, a half, a quarter or an eighth of each side.
const SCALES = [8, 4, 2]

// Returns what is wrong, as the name and the values of a sentence; undefined where nothing is.
export function tooManyPixels(head, limits) {
  const { kind, width, height } = head
  const pixels = width * height
  const values = { width, height, pixels, most: limits.most, most_side: limits.most_side }
  if (kind === "HEIC") {
    const most = head.tiled ? limits.most_in_a_heic : limits.most
    return (head.tiled || fit(width, height, limits)) && pixels <= most ? undefined : ["too_many_in_a_heic", { ...values, most }]
  }
  const scale = kind === "JPEG" ? scaleOf(head, limits) : 1
  if (!fit(Math.ceil(width / scale), Math.ceil(height / scale), limits)) return ["too_many_pixels", values]
  if (kind !== "JPEG") return undefined
  const [name, most] = inJpeg(head, limits)
  return pixels > most ? [name, { ...values, most }] : undefined
}

function fit(width, height, { most, most_side }) {
  return width * height <= most && Math.max(width, height) <= most_side
}

function scaleOf({ width, height }, { short_side }) {
  return SCALES.find((scale) => Math.floor(Math.min(width, height) / short_side) >= scale) ?? 1
}

// A progressive one keeps a number for each sample until it ends.
function inJpeg({ progressive, samples, area }, { most_in_a_jpeg, most_coefficients }) {
  const kept = Math.floor((most_coefficients * area) / samples)
  return progressive && kept < most_in_a_jpeg ? ["too_many_in_a_progressive_jpeg", kept] : ["too_many_in_a_jpeg", most_in_a_jpeg]
}
