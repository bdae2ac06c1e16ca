// The size that an AVIF or HEIC file states of its main picture (ISO/IEC 14496-12 and 23008-12), for which no picture data is read.
import { ascii } from "./exif.js"

const SIZE = "ispe"
const CROP = "clap"
const GRID = "grid"

// Returns undefined where the file states none, or a crop; throws a RangeError where it is cut off.
export function readHeif(kind, bytes) {
  const meta = [...boxes(bytes)].find(({ name }) => name === "meta")
  if (!meta) return undefined
  const parts = new Map([...boxes(meta.body.subarray(4))].map(({ name, body }) => [name, body]))
  if (!["pitm", "iinf", "iprp"].every((name) => parts.has(name))) return undefined
  const main = mainOf(parts.get("pitm"))
  const properties = propertiesOf(parts.get("iprp"), main)
  const size = properties.find(({ name }) => name === SIZE)
  if (!size || properties.some(({ name }) => name === CROP)) return undefined
  const view = viewOf(size.body)
  const tiled = kindOf(parts.get("iinf"), main) === GRID
  return { kind, width: view.getUint32(4), height: view.getUint32(8), turn: 1, plain: false, tiled }
}

function mainOf(body) {
  const view = viewOf(body)
  return body[0] ? view.getUint32(4) : view.getUint16(4)
}

function kindOf(body, item) {
  for (const entry of boxes(body.subarray(body[0] ? 8 : 6))) {
    const wide = entry.body[0] > 2 ? 4 : 2
    if (whole(viewOf(entry.body), 4, wide) === item) return ascii(entry.body, 6 + wide, 10 + wide)
  }
  return undefined
}

function propertiesOf(body, item) {
  const [known, ...associations] = [...boxes(body)]
  const all = [...boxes(known.body)]
  const found = []
  for (const { body: rows } of associations) {
    const view = viewOf(rows)
    const [idWide, wide] = [rows[0] ? 4 : 2, rows[3] & 1 ? 2 : 1]
    for (let row = 0, place = 8; row < view.getUint32(4); row++) {
      const count = view.getUint8(place + idWide)
      const its = whole(view, place, idWide) === item
      place += idWide + 1
      for (let i = 0; its && i < count; i++) found.push(all[(whole(view, place + i * wide, wide) & (wide === 2 ? 0x7fff : 0x7f)) - 1])
      place += count * wide
    }
  }
  return found.filter(Boolean)
}

function* boxes(bytes) {
  const view = viewOf(bytes)
  for (let place = 0; place + 8 <= bytes.length; ) {
    const stated = view.getUint32(place)
    const [head, size] = stated === 1 ? [16, view.getUint32(place + 12)] : [8, stated || bytes.length - place]
    if (size < head || place + size > bytes.length) throw new RangeError("a box is longer than what holds it")
    yield { name: ascii(bytes, place + 4, place + 8), body: bytes.subarray(place + head, place + size) }
    place += size
  }
}

function whole(view, place, wide) {
  return wide === 4 ? view.getUint32(place) : wide === 2 ? view.getUint16(place) : view.getUint8(place)
}

function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
