// EXIF (TIFF 6.0, section 2): one tag of its first directory, and the smallest block that states an orientation.
const ORDERS = new Map([["II*\0", true], ["MM\0*", false]])
const ORIENTATION = 0x0112
const SHORT = 3

// Returns 1 (upright) to 8, as the server reads it.
export function orientation(block) {
  const value = tagOf(block, ORIENTATION, SHORT)
  return value >= 1 && value <= 8 ? value : 1
}

// The value of a tag of 16 bits (SHORT) or 32 bits, or undefined where the block has none of that kind.
export function tagOf(block, wanted, kind) {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  const little = ORDERS.get(ascii(block, 0, 4))
  if (little === undefined) return undefined
  try {
    const start = view.getUint32(4, little)
    for (let i = 0, place = start + 2; i < view.getUint16(start, little); i++, place += 12) {
      if (view.getUint16(place, little) !== wanted) continue
      if (view.getUint16(place + 2, little) !== kind) return undefined
      return kind === SHORT ? view.getUint16(place + 8, little) : view.getUint32(place + 8, little)
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error // else the block ends too early
  }
  return undefined
}

export function blockOf(turn) {
  return Uint8Array.from([77, 77, 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, SHORT, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0])
}

export function ascii(bytes, start, end) {
  return String.fromCharCode(...bytes.subarray(start, end))
}
